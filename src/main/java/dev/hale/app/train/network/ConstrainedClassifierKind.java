package dev.hale.app.train.network;

import dev.hale.app.config.ConfigException;
import dev.hale.app.recipe.ClassifierPlan;
import dev.hale.app.recipe.TrainingConfig;
import dev.hale.attribution.ConstraintSettings;
import dev.hale.training.Task;
import java.util.Optional;

/** Tells diseased from healthy at every noise level, under the attribution constraint. */
public final class ConstrainedClassifierKind implements NetworkKind {
  @Override
  public String title() {
    return "constrained-classifier";
  }

  @Override
  public String section() {
    return "classifier";
  }

  @Override
  public String header() {
    return "train the classifier under the attribution constraint";
  }

  @Override
  public String description() {
    return "Trains the configuration's classifier of noised images under the constraint of the section"
        + " classifier.constraint, for the method combined-guidance, and saves the averaged weights.";
  }

  @Override
  public ClassifierPlan plan(TrainingConfig config) {
    return config.classifier();
  }

  @Override
  public Task task(TrainingConfig config) {
    return ClassifierKind.task(config, Optional.of(constraint(config)));
  }

  private static ConstraintSettings constraint(TrainingConfig config) {
    return config
        .classifier()
        .constraint()
        .orElseThrow(
            () ->
                new ConfigException(
                    "the configuration has no section classifier.constraint, which says how the"
                        + " classifier is constrained"));
  }
}
