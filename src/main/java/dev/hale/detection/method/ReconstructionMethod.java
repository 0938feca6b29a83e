package dev.hale.detection.method;

import java.util.List;

/** Noised at random, decoded by a model of healthy images only (AnoDDPM, Wyatt et al. 2022). */
public final class ReconstructionMethod extends HealthyImageMethod {
  static final String HEALTHY_DIFFUSION = "healthy-diffusion";

  @Override
  public String name() {
    return "reconstruction";
  }

  @Override
  public CounterfactualSettings settings(Recipe recipe) {
    return recipe.counterfactual().withCalls(0);
  }

  @Override
  public List<String> networks(CounterfactualSettings settings) {
    return List.of(HEALTHY_DIFFUSION);
  }

  @Override
  public SliceMethod open(CounterfactualSettings settings, ModelFolder model) {
    return ancestral(model, DiffusionModel.of(model, HEALTHY_DIFFUSION), settings, null);
  }
}
