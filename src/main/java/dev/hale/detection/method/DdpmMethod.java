package dev.hale.detection.method;

import java.util.List;

/** Noised at random, decoded by guided ancestral sampling (Wolleb's DDPM baseline). */
public final class DdpmMethod extends HealthyImageMethod {
  @Override
  public String name() {
    return "ddpm";
  }

  @Override
  public CounterfactualSettings settings(Recipe recipe) {
    return recipe.counterfactual().withCalls(0);
  }

  @Override
  public List<String> networks(CounterfactualSettings settings) {
    return networks(settings, CLASSIFIER);
  }

  @Override
  public SliceMethod open(CounterfactualSettings settings, ModelFolder model) {
    return ancestral(model, DiffusionModel.of(model, DIFFUSION), settings, CLASSIFIER);
  }
}
