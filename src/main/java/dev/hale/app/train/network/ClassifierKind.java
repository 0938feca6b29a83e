package dev.hale.app.train.network;

import dev.hale.app.recipe.ClassifierPlan;
import dev.hale.app.recipe.TrainingConfig;
import dev.hale.attribution.ConstraintSettings;
import dev.hale.training.ClassifierTask;
import dev.hale.training.Task;
import java.util.List;
import java.util.Optional;

/** Tells diseased from healthy at every noise level. */
public final class ClassifierKind implements NetworkKind {
  @Override
  public String title() {
    return "classifier";
  }

  @Override
  public String section() {
    return "classifier";
  }

  @Override
  public String header() {
    return "train the classifier of noisy images";
  }

  @Override
  public String description() {
    return "Trains the configuration's ADM half-U-Net to tell diseased from healthy at every noise"
        + " level (cross entropy) and saves the averaged weights; those with the best area under"
        + " the ROC curve over validation slices are in DIR/classifier/best.safetensors.";
  }

  @Override
  public List<String> examples() {
    return List.of(
        "hale train classifier configs/phantom-glioma.yaml --out model",
        "Goes on where it was stopped:",
        "  hale train classifier configs/phantom-glioma.yaml --out model --resume");
  }

  @Override
  public ClassifierPlan plan(TrainingConfig config) {
    return config.classifier();
  }

  @Override
  public Task task(TrainingConfig config) {
    return task(config, Optional.empty());
  }

  static Task task(TrainingConfig config, Optional<ConstraintSettings> constraint) {
    ClassifierPlan plan = config.classifier();
    return ClassifierTask.of(
        plan.network().config(config.images()),
        config.diffusion().process(),
        constraint,
        plan.training());
  }
}
