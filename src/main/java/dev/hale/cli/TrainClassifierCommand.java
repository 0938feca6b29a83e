package dev.hale.cli;

import dev.hale.experiment.TrainingRun.Network;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Trains the classifier of noisy images. */
@Command(
    name = "classifier",
    header = "train the classifier of noisy images",
    description =
        "Trains the configuration's ADM half-U-Net to tell diseased from healthy at every noise"
            + " level (cross entropy) and saves the averaged weights; those with the best area under"
            + " the ROC curve over validation slices are in DIR/classifier/best.safetensors.",
    footer = {
      "  hale train classifier configs/phantom-glioma.yaml --out model",
      "  Goes on where it was stopped:",
      "    hale train classifier configs/phantom-glioma.yaml --out model --resume"
    })
final class TrainClassifierCommand implements Callable<Integer> {
  @Mixin TrainingOptions options;
  @Mixin Output output;

  @Override
  public Integer call() {
    return options.train(Network.CLASSIFIER, output);
  }
}
