package dev.hale.detection.method;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.io.Serializable;
import java.util.Arrays;

/**
 * How a counterfactual map D and an attribution map A become one, F = D^w A^(1 − w), and, where the
 * {@link Brightness} B takes part, F^(1 − b) B^b.
 *
 * @param counterfactual of D, which is smoothed as it says
 * @param attribution of A, which is smoothed as it says
 * @param counterfactualWeight w, in (0, 1); null until calibration has measured it on healthy
 *     slices
 * @param brightness of B; null, also where a model's file says nothing, where it takes no part
 */
@JsonNaming(SnakeCaseStrategy.class)
public record FusionSettings(
    CounterfactualSettings counterfactual,
    AttributionSettings attribution,
    Double counterfactualWeight,
    @JsonInclude(JsonInclude.Include.NON_NULL) BrightnessPart brightness)
    implements CombinedSettings {
  public FusionSettings {
    if (counterfactual == null || attribution == null) {
      throw new IllegalArgumentException("fusion needs counterfactual and attribution");
    }
    requireShare("counterfactual_weight", counterfactualWeight);
  }

  /** Of two maps alone. */
  public FusionSettings(
      CounterfactualSettings counterfactual,
      AttributionSettings attribution,
      Double counterfactualWeight) {
    this(counterfactual, attribution, counterfactualWeight, null);
  }

  /**
   * How brightness takes part.
   *
   * @param channel whose
   * @param weight b, in (0, 1); null until calibration has measured it on healthy slices
   */
  @JsonNaming(SnakeCaseStrategy.class)
  public record BrightnessPart(String channel, Double weight) implements Serializable {
    public BrightnessPart {
      if (channel == null || channel.isBlank()) {
        throw new IllegalArgumentException("brightness needs a channel");
      }
      requireShare("weight of brightness", weight);
    }
  }

  private static void requireShare(String name, Double weight) {
    if (weight != null && !(weight > 0 && weight < 1)) {
      throw new IllegalArgumentException(
          "%s is %s, expected between 0 and 1".formatted(name, weight));
    }
  }

  /** 0: both parts are smoothed before they meet. */
  @Override
  public double smoothing() {
    return 0;
  }

  @Override
  public FusionSettings withCounterfactual(CounterfactualSettings other) {
    return new FusionSettings(other, attribution, counterfactualWeight, brightness);
  }

  /** Of the two networks' maps alone. */
  public FusionSettings withoutBrightness() {
    return new FusionSettings(counterfactual, attribution, counterfactualWeight);
  }

  /** With the weight w that calibration measured. */
  public FusionSettings withCounterfactualWeight(double weight) {
    return new FusionSettings(counterfactual, attribution, weight, brightness);
  }

  /** With the weight b that calibration measured, of brightness that takes part. */
  public FusionSettings withBrightnessWeight(double weight) {
    return new FusionSettings(
        counterfactual,
        attribution,
        counterfactualWeight,
        new BrightnessPart(brightness.channel(), weight));
  }

  /**
   * The weights at which the logarithms of maps vary alike over healthy tissue, each in proportion
   * to 1 / σ(log map): the map that wanders over more orders of magnitude would otherwise have the
   * say. Values of 0, which have no logarithm, do not count.
   *
   * @param maps each over the brain pixels of healthy slices, at least 0
   * @return one a map, in (0, 1), 1 together; NaN all of them where a map does not vary
   */
  public static double[] balancedWeights(float[]... maps) {
    double[] steadiness = Arrays.stream(maps).mapToDouble(map -> 1 / logDeviation(map)).toArray();
    double sum = Arrays.stream(steadiness).sum();
    return Arrays.stream(steadiness)
        .map(steady -> Double.isFinite(sum) ? steady / sum : Double.NaN)
        .toArray();
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
