package dev.hale.detection.method;

import java.util.List;

/** Encoded to noise, decoded with classifier guidance (Wolleb et al., MICCAI 2022). */
public final class CounterfactualMethod extends HealthyImageMethod {
  @Override
  public String name() {
    return "counterfactual";
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
