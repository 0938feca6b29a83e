package dev.hale.cli;

import dev.hale.experiment.TrainingRun.Network;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Experiments train it themselves; by hand it is needed to give one to several of them. */
@Command(
    name = "judge",
    header = "train the critic that judges healthy images",
    description = {
      "Trains a critic that no method uses: an experiment asks it whether the healthy images of"
          + " methods are healthy. Without a section judge it is the configuration's critic, half"
          + " as wide again and from another seed.",
      "",
      "hale experiment run trains it by itself; name its file under networks to do without."
    },
    footer = {"  hale train judge configs/phantom-ms.yaml --out model"})
final class TrainJudgeCommand implements Callable<Integer> {
  @Mixin TrainingOptions options;
  @Mixin Output output;

  @Override
  public Integer call() {
    return options.train(Network.JUDGE, output);
  }
}
