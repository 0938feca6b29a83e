package dev.hale.cli;

import dev.hale.experiment.TrainingRun.Network;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** A variant of a training, for the methods that need it. */
@Command(
    name = "unconstrained-critic",
    header = "train the critic without the attribution constraint",
    description =
        "Trains the configuration's critic with a constraint of weight 0, to see what the constraint"
            + " does, and saves the averaged weights.",
    footer = {"  hale train unconstrained-critic configs/phantom-ms.yaml --out model"})
final class TrainUnconstrainedCriticCommand implements Callable<Integer> {
  @Mixin TrainingOptions options;
  @Mixin Output output;

  @Override
  public Integer call() {
    return options.train(Network.UNCONSTRAINED_CRITIC, output);
  }
}
