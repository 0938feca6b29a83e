package dev.hale.app.train.network;

import dev.hale.app.recipe.CriticPlan;
import dev.hale.app.recipe.TrainingConfig;
import dev.hale.training.CriticTask;
import dev.hale.training.Task;
import java.util.List;

/** Tells diseased from healthy on clean images, for reasons that attribution shows. */
public final class CriticKind implements NetworkKind {
  @Override
  public String title() {
    return "critic";
  }

  @Override
  public String section() {
    return "critic";
  }

  @Override
  public String header() {
    return "train the critic whose attribution marks lesions";
  }

  @Override
  public String description() {
    return "Trains the configuration's convolutional critic to tell diseased from healthy on clean"
        + " images while no voxel of a healthy image may speak for disease, and saves the averaged"
        + " weights; those with the best area under the ROC curve over validation slices are in"
        + " DIR/critic/best.safetensors.";
  }

  @Override
  public List<String> examples() {
    return List.of(
        "hale train critic configs/phantom-ms.yaml --out model",
        "Without the constraint:",
        "  hale train critic configs/phantom-ms.yaml --out plain --set critic.constraint.weight=0",
        "What it looks at:",
        "  hale attribute --model model subject/ --out out");
  }

  @Override
  public CriticPlan plan(TrainingConfig config) {
    return config.requireCritic();
  }

  @Override
  public Task task(TrainingConfig config) {
    return task(config, plan(config));
  }

  static Task task(TrainingConfig config, CriticPlan plan) {
    return CriticTask.of(
        plan.network().config(config.images()), plan.constraint(), plan.training());
  }
}
