package dev.hale.detection.method;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * How the attribution says where a counterfactual may change the image.
 *
 * @param counterfactual the smoothing of the map is its, too
 * @param attribution of the clean image
 * @param gateLevel the attribution (smoothed) at which guidance acts fully, above 0; null until
 *     calibration has measured it on healthy slices
 */
@JsonNaming(SnakeCaseStrategy.class)
public record GateSettings(
    CounterfactualSettings counterfactual, AttributionSettings attribution, Double gateLevel)
    implements CombinedSettings {
  public GateSettings {
    if (counterfactual == null || attribution == null) {
      throw new IllegalArgumentException("a gate needs counterfactual and attribution");
    }
    if (gateLevel != null && !(gateLevel > 0)) {
      throw new IllegalArgumentException("gate_level is %s, expected above 0".formatted(gateLevel));
    }
  }

  @Override
  public double smoothing() {
    return counterfactual.smoothing();
  }

  @Override
  public GateSettings withCounterfactual(CounterfactualSettings other) {
    return new GateSettings(other, attribution, gateLevel);
  }

  /** With the level that calibration measured. */
  public GateSettings withGateLevel(double level) {
    return new GateSettings(counterfactual, attribution, level);
  }
}
