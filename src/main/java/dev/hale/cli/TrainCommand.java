package dev.hale.cli;

import dev.hale.app.train.network.NetworkKinds;
import picocli.CommandLine;
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
    })
final class TrainCommand implements Runnable {
  @Spec CommandSpec spec;

  @Override
  public void run() {
    throw new picocli.CommandLine.ParameterException(
        spec.commandLine(), "say what to train: " + String.join(", ", spec.subcommands().keySet()));
  }

  /** Gives the command one for each kind of network below it. */
  static void addNetworks(CommandLine train) {
    NetworkKinds.all()
        .forEach(kind -> train.addSubcommand(kind.title(), TrainNetworkCommand.of(kind)));
  }
}
