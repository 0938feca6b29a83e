package dev.hale.app.train.network;

import dev.hale.app.recipe.TrainingConfig;
import dev.hale.app.recipe.VaePlan;
import dev.hale.training.Task;
import dev.hale.training.VaeTask;
import java.util.OptionalInt;

/** Reproduces healthy images. */
public final class VaeKind implements NetworkKind {
  private static final int HEALTHY = 0;

  @Override
  public String title() {
    return "vae";
  }

  @Override
  public String section() {
    return "vae";
  }

  @Override
  public String header() {
    return "train a variational autoencoder of healthy images";
  }

  @Override
  public String description() {
    return "Trains the variational autoencoder of the configuration's section vae on healthy slices"
        + " alone, a baseline (Baur et al. 2021), and saves the averaged weights; those with the"
        + " best evidence lower bound on healthy validation slices are in DIR/vae/best.safetensors.";
  }

  @Override
  public OptionalInt onlyLabel() {
    return OptionalInt.of(HEALTHY);
  }

  @Override
  public VaePlan plan(TrainingConfig config) {
    return config.vae().orElseThrow(() -> TrainingConfig.lacks(section()));
  }

  @Override
  public Task task(TrainingConfig config) {
    VaePlan plan = plan(config);
    return VaeTask.of(plan.network().config(config.images()), plan.training());
  }
}
