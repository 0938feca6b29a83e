package dev.hale.detection;

/** How a method runs and how its mask is cut. */
public sealed interface MethodSettings
    permits CounterfactualSettings, AttributionSettings, CombinedSettings, TranslationSettings {
  /** Standard deviation of a Gaussian over the map, in model pixels; 0 for none. */
  double smoothing();

  /** How the mask is cut from the map. */
  ThresholdRule threshold();

  /** With another threshold rule. */
  MethodSettings withThreshold(ThresholdRule newThreshold);
}
