package dev.hale.cli;

import dev.hale.experiment.TrainingRun.Network;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Trains a Fixed-Point GAN. */
@Command(
    name = "fixed-point-gan",
    header = "train a Fixed-Point GAN",
    description =
        "Trains the generator of the configuration's section fixed_point_gan to show slices with"
            + " either label and to leave those alone that have it, a baseline (Siddiquee et al."
            + " 2019). The averaged generator is saved; its discriminator is in the checkpoints"
            + " alone. The weights with the best cycle, fixed point and label on validation slices"
            + " are in DIR/fixed-point-gan/best.safetensors.",
    footer = {"  hale train fixed-point-gan configs/phantom-glioma.yaml --out model"})
final class TrainFixedPointGanCommand implements Callable<Integer> {
  @Mixin TrainingOptions options;
  @Mixin Output output;

  @Override
  public Integer call() {
    return options.train(Network.FIXED_POINT_GAN, output);
  }
}
