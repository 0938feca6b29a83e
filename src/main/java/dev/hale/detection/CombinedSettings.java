package dev.hale.detection;

/** How counterfactual and attribution work together. */
public sealed interface CombinedSettings extends MethodSettings
    permits GateSettings, FusionSettings, RegenerationSettings {
  /** The one; the threshold rule of the combined map is its. */
  CounterfactualSettings counterfactual();

  /** The other; its smoothing is applied to the attribution map before it is used. */
  AttributionSettings attribution();

  /** With another counterfactual part. */
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
