package dev.hale.cli;

import dev.hale.experiment.TrainingRun.Network;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** A variant of a training, for the methods that need it. */
@Command(
    name = "constrained-classifier",
    header = "train the classifier under the attribution constraint",
    description =
        "Trains the configuration's classifier of noised images under the constraint of the section"
            + " classifier.constraint, for the method combined-guidance, and saves the averaged"
            + " weights.",
    footer = {"  hale train constrained-classifier configs/phantom-ms.yaml --out model"})
final class TrainConstrainedClassifierCommand implements Callable<Integer> {
  @Mixin TrainingOptions options;
  @Mixin Output output;

  @Override
  public Integer call() {
    return options.train(Network.CONSTRAINED_CLASSIFIER, output);
  }
}
