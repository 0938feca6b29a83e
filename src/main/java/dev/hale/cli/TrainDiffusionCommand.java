package dev.hale.cli;

import dev.hale.experiment.TrainingRun.Network;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Trains the diffusion model. */
@Command(
    name = "diffusion",
    header = "train the diffusion model",
    description =
        "Trains the configuration's U-Net to denoise healthy and diseased images alike and saves"
            + " the averaged weights; those with the best validation loss are in"
            + " DIR/diffusion/best.safetensors.",
    footer = {
      "  hale train diffusion configs/phantom-glioma.yaml --out model",
      "  Goes on where it was stopped:",
      "    hale train diffusion configs/phantom-glioma.yaml --out model --resume",
      "  Tries something else:",
      "    hale train diffusion configs/demo.yaml --out try"
          + " --set diffusion.training.lr=2e-4 --set data.subjects=20"
    })
final class TrainDiffusionCommand implements Callable<Integer> {
  @Mixin TrainingOptions options;
  @Mixin Output output;

  @Override
  public Integer call() {
    return options.train(Network.DIFFUSION, output);
  }
}
