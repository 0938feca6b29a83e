package dev.hale.detection.method;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * How a counterfactual map D and an attribution map A become one, D^w A^(1 − w).
 *
 * @param counterfactual of D, which is smoothed as it says
 * @param attribution of A, which is smoothed as it says
 * @param counterfactualWeight w, in (0, 1); null until calibration has measured it on healthy
 *     slices
 */
@JsonNaming(SnakeCaseStrategy.class)
public record FusionSettings(
    CounterfactualSettings counterfactual,
    AttributionSettings attribution,
    Double counterfactualWeight)
    implements CombinedSettings {
  public FusionSettings {
    if (counterfactual == null || attribution == null) {
      throw new IllegalArgumentException("fusion needs counterfactual and attribution");
    }
    if (counterfactualWeight != null && !(counterfactualWeight > 0 && counterfactualWeight < 1)) {
      throw new IllegalArgumentException(
          "counterfactual_weight is %s, expected between 0 and 1".formatted(counterfactualWeight));
    }
  }

  /** 0: both parts are smoothed before they meet. */
  @Override
  public double smoothing() {
    return 0;
  }

  @Override
  public FusionSettings withCounterfactual(CounterfactualSettings other) {
    return new FusionSettings(other, attribution, counterfactualWeight);
  }

  /** With the weight that calibration measured. */
  public FusionSettings withCounterfactualWeight(double weight) {
    return new FusionSettings(counterfactual, attribution, weight);
  }

  /**
   * The weight at which the logarithms of both maps vary alike over healthy tissue, σ(log A) /
   * (σ(log D) + σ(log A)): the map that wanders over more orders of magnitude would otherwise have
   * the say. Values of 0, which have no logarithm, do not count.
   *
   * @param difference D over the brain pixels of healthy slices, at least 0
   * @param attribution A over the same
   * @return in (0, 1), or NaN where a map does not vary
   */
  public static double balancedWeight(float[] difference, float[] attribution) {
    double ofDifference = logDeviation(difference);
    double ofAttribution = logDeviation(attribution);
    return ofDifference > 0 && ofAttribution > 0
        ? ofAttribution / (ofDifference + ofAttribution)
        : Double.NaN;
  }

  private static double logDeviation(float[] values) {
    int count = 0;
    double mean = 0;
    double squares = 0; // Welford
    for (float value : values) {
      if (value > 0) {
        double log = Math.log(value);
        double from = log - mean;
        mean += from / ++count;
        squares += from * (log - mean);
      }
    }
    return Math.sqrt(squares / count);
  }
}
