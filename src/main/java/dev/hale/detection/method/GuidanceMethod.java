package dev.hale.detection.method;

import java.util.List;

/** Counterfactual, guided by a classifier that was trained with the attribution constraint. */
public final class GuidanceMethod extends HealthyImageMethod {
  private static final String CLASSIFIER = "constrained-classifier";

  /**
   * Its own section of a configuration.
   *
   * @param guidance s, above 0
   */
  public record Own(double guidance) {}

  @Override
  public String name() {
    return "combined-guidance";
  }

  @Override
  public CounterfactualSettings settings(Recipe recipe) {
    CounterfactualSettings shared = recipe.counterfactual();
    double guidance = recipe.own(name(), Own.class, new Own(shared.guidance())).guidance();
    if (guidance == 0) {
      throw new IllegalArgumentException(
          "combined-guidance is counterfactual where its guidance is 0; give"
              + " calibration.methods.combined-guidance.guidance a value above 0");
    }
    return shared.withGuidance(guidance);
  }

  @Override
  public List<String> networks(CounterfactualSettings settings) {
    return networks(settings, CLASSIFIER);
  }

  @Override
  public SliceMethod open(CounterfactualSettings settings, ModelFolder model) {
    return guided(model, DiffusionModel.of(model, DIFFUSION), settings, CLASSIFIER);
  }
}
