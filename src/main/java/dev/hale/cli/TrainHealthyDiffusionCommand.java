package dev.hale.cli;

import dev.hale.experiment.TrainingRun.Network;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** A variant of a training, for the methods that need it. */
@Command(
    name = "healthy-diffusion",
    header = "train a diffusion model of healthy images only",
    description =
        "Trains the configuration's U-Net on healthy slices alone, for the method reconstruction (AnoDDPM,"
            + " Wyatt et al. 2022), and saves the averaged weights.",
    footer = {"  hale train healthy-diffusion configs/phantom-ms.yaml --out model"})
final class TrainHealthyDiffusionCommand implements Callable<Integer> {
  @Mixin TrainingOptions options;
  @Mixin Output output;

  @Override
  public Integer call() {
    return options.train(Network.HEALTHY_DIFFUSION, output);
  }
}
