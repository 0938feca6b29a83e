package dev.hale.detection.method;

import java.util.List;

/** Encoded, decoded with classifier-free guidance (Ho and Salimans 2021). */
public final class ClassifierFreeMethod extends HealthyImageMethod {
  /**
   * Its own section of a configuration.
   *
   * @param weight w of ε(c) + w (ε(healthy) − ε(c))
   */
  public record Own(double weight) {}

  @Override
  public String name() {
    return "classifier-free";
  }

  @Override
  public CounterfactualSettings settings(Recipe recipe) {
    CounterfactualSettings shared = recipe.counterfactual();
    Own silent = new Own(shared.guidance());
    return shared.withGuidance(recipe.own(name(), Own.class, silent).weight());
  }

  @Override
  public List<String> networks(CounterfactualSettings settings) {
    return List.of(DIFFUSION);
  }

  @Override
  public SliceMethod open(CounterfactualSettings settings, ModelFolder folder) {
    DiffusionModel model = DiffusionModel.of(folder, DIFFUSION);
    if (model.unet().config().numClasses() == 0
        || settings.encodingLabel() == DiffusionModel.HEALTHY) {
      throw new IllegalArgumentException(
          "classifier-free guidance needs a network that is told classes, and an encoding label"
              + " other than 0: 2 (no label) or 1 (diseased)");
    }
    return decoded(
        folder,
        model,
        settings,
        Steering.classifierFree(model, settings.encodingLabel(), settings.guidance()));
  }
}
