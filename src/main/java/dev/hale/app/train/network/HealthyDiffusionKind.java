package dev.hale.app.train.network;

import dev.hale.app.recipe.DiffusionPlan;
import dev.hale.app.recipe.TrainingConfig;
import dev.hale.training.Task;
import java.util.OptionalInt;

/** Denoises, and has seen healthy images only. */
public final class HealthyDiffusionKind implements NetworkKind {
  private static final int HEALTHY = 0;

  @Override
  public String title() {
    return "healthy-diffusion";
  }

  @Override
  public String section() {
    return "diffusion";
  }

  @Override
  public String header() {
    return "train a diffusion model of healthy images only";
  }

  @Override
  public String description() {
    return "Trains the configuration's U-Net on healthy slices alone, for the method reconstruction"
        + " (AnoDDPM, Wyatt et al. 2022), and saves the averaged weights.";
  }

  @Override
  public OptionalInt onlyLabel() {
    return OptionalInt.of(HEALTHY);
  }

  @Override
  public DiffusionPlan plan(TrainingConfig config) {
    return config.diffusion();
  }

  @Override
  public Task task(TrainingConfig config) {
    return new DiffusionKind().task(config);
  }
}
