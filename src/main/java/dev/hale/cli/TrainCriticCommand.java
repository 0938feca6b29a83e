package dev.hale.cli;

import dev.hale.experiment.TrainingRun.Network;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Trains the critic of clean images. */
@Command(
    name = "critic",
    header = "train the critic whose attribution marks lesions",
    description =
        "Trains the configuration's convolutional critic to tell diseased from healthy on clean"
            + " images while no voxel of a healthy image may speak for disease, and saves the averaged"
            + " weights; those with the best area under the ROC curve over validation slices are in"
            + " DIR/critic/best.safetensors.",
    footer = {
      "  hale train critic configs/phantom-ms.yaml --out model",
      "  Without the constraint:",
      "    hale train critic configs/phantom-ms.yaml --out plain --set critic.constraint.weight=0",
      "  What it looks at:",
      "    hale attribute --model model subject/ --out out"
    })
final class TrainCriticCommand implements Callable<Integer> {
  @Mixin TrainingOptions options;
  @Mixin Output output;

  @Override
  public Integer call() {
    return options.train(Network.CRITIC, output);
  }
}
