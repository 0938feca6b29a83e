package dev.hale.detection;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * How counterfactual and attribution work together.
 *
 * @param counterfactual the one; smoothing and threshold rule of the combined map are its
 * @param attribution the other; its smoothing is applied to the attribution map before it is used
 * @param gateLevel of gating: the attribution (smoothed) at which guidance acts fully, measured by
 *     calibration on healthy slices; null where that was not done, and for fusion, which has none
 */
@JsonNaming(SnakeCaseStrategy.class)
public record CombinedSettings(
    CounterfactualSettings counterfactual, AttributionSettings attribution, Double gateLevel)
    implements MethodSettings {
  public CombinedSettings {
    if (counterfactual == null || attribution == null) {
      throw new IllegalArgumentException("a combination needs counterfactual and attribution");
    }
  }

  @Override
  public double smoothing() {
    return counterfactual.smoothing();
  }

  @Override
  public ThresholdRule threshold() {
    return counterfactual.threshold();
  }

  @Override
  public CombinedSettings withThreshold(ThresholdRule newThreshold) {
    return withCounterfactual(counterfactual.withThreshold(newThreshold));
  }

  /** With another counterfactual part. */
  public CombinedSettings withCounterfactual(CounterfactualSettings other) {
    return new CombinedSettings(other, attribution, gateLevel);
  }

  /** With the level that calibration measured. */
  public CombinedSettings withGateLevel(double level) {
    return new CombinedSettings(counterfactual, attribution, level);
  }
}
