package dev.hale.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Trains the two networks of counterfactual detection. */
@Command(
    name = "train",
    header = "train a diffusion model or a classifier of noisy images",
    description =
        "Trains from image-level labels alone: a slice with lesion is diseased, one without is"
            + " healthy. Masks are read for nothing else.",
    footer = {
      "  hale train diffusion --phantoms healthy,glioma,ms --out model/diffusion.safetensors",
      "  hale train classifier --phantoms healthy,glioma,ms --out model/classifier.safetensors"
    },
    subcommands = {TrainDiffusionCommand.class, TrainClassifierCommand.class})
final class TrainCommand implements Runnable {
  @Spec CommandSpec spec;

  @Override
  public void run() {
    throw new picocli.CommandLine.ParameterException(
        spec.commandLine(), "say what to train: diffusion or classifier");
  }
}
