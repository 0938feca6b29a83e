package dev.hale.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Trains the networks of every method. */
@Command(
    name = "train",
    header = "train a diffusion model, a classifier of noisy images, a critic or a baseline",
    description =
        "Trains what a configuration file describes, from image-level labels alone. Masks are read"
            + " for labels when the data are prepared, and for nothing else.",
    footer = {
      "  hale train diffusion configs/phantom-glioma.yaml --out model",
      "  hale train classifier configs/phantom-glioma.yaml --out model",
      "  hale calibrate configs/phantom-glioma.yaml --model model"
    },
    subcommands = {
      TrainDiffusionCommand.class,
      TrainHealthyDiffusionCommand.class,
      TrainClassifierCommand.class,
      TrainConstrainedClassifierCommand.class,
      TrainCriticCommand.class,
      TrainUnconstrainedCriticCommand.class,
      TrainJudgeCommand.class,
      TrainVaeCommand.class,
      TrainFixedPointGanCommand.class
    })
final class TrainCommand implements Runnable {
  @Spec CommandSpec spec;

  @Override
  public void run() {
    throw new picocli.CommandLine.ParameterException(
        spec.commandLine(),
        "say what to train: diffusion, classifier, critic, judge, vae or fixed-point-gan");
  }
}
