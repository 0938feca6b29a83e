package dev.hale.app.train.network;

import dev.hale.app.recipe.CriticPlan;
import dev.hale.app.recipe.TrainingConfig;
import dev.hale.training.Task;

/** Tells diseased from healthy on clean images, without the attribution constraint. */
public final class UnconstrainedCriticKind implements NetworkKind {
  @Override
  public String title() {
    return "unconstrained-critic";
  }

  @Override
  public String section() {
    return "critic";
  }

  @Override
  public String header() {
    return "train the critic without the attribution constraint";
  }

  @Override
  public String description() {
    return "Trains the configuration's critic with a constraint of weight 0, to see what the constraint"
        + " does, and saves the averaged weights.";
  }

  @Override
  public CriticPlan plan(TrainingConfig config) {
    return config.requireCritic().unconstrained();
  }

  @Override
  public Task task(TrainingConfig config) {
    return CriticKind.task(config, plan(config));
  }
}
