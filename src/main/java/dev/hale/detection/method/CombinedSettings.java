package dev.hale.detection.method;

import dev.hale.detection.ThresholdRule;

/** How counterfactual and attribution work together. */
public interface CombinedSettings extends DiffusionBased {
  /** The one; the threshold rule of the combined map is its. */
  @Override
  CounterfactualSettings counterfactual();

  /** The other; its smoothing is applied to the attribution map before it is used. */
  AttributionSettings attribution();

  /** With another counterfactual part. */
  @Override
  CombinedSettings withCounterfactual(CounterfactualSettings other);

  @Override
  default ThresholdRule threshold() {
    return counterfactual().threshold();
  }

  @Override
  default CombinedSettings withThreshold(ThresholdRule newThreshold) {
    return withCounterfactual(counterfactual().withThreshold(newThreshold));
  }
}
