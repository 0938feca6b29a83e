package dev.hale.cli;

import dev.hale.experiment.TrainingRun.Network;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Trains the variational autoencoder. */
@Command(
    name = "vae",
    header = "train a variational autoencoder of healthy images",
    description =
        "Trains the variational autoencoder of the configuration's section vae on healthy slices"
            + " alone, a baseline (Baur et al. 2021), and saves the averaged weights; those with the"
            + " best evidence lower bound on healthy validation slices are in"
            + " DIR/vae/best.safetensors.",
    footer = {"  hale train vae configs/phantom-glioma.yaml --out model"})
final class TrainVaeCommand implements Callable<Integer> {
  @Mixin TrainingOptions options;
  @Mixin Output output;

  @Override
  public Integer call() {
    return options.train(Network.VAE, output);
  }
}
