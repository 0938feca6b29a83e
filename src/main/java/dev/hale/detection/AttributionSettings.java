package dev.hale.detection;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.hale.attribution.Attribution;
import dev.hale.attribution.Gradient;
import dev.hale.attribution.GradientXInput;
import dev.hale.attribution.IntegratedGradients;
import dev.hale.attribution.PathRule;
import dev.hale.attribution.SmoothGrad;

/**
 * How a critic's attribution becomes a map: max(0, Σ over channels of the attribution).
 *
 * @param attribution which
 * @param samples gradients an image, for those that need several; at least 1
 * @param smoothing standard deviation of a Gaussian over the map, in model pixels; 0 for none
 * @param threshold how the mask is cut from the map
 */
@JsonNaming(SnakeCaseStrategy.class)
public record AttributionSettings(
    Kind attribution, int samples, double smoothing, ThresholdRule threshold)
    implements MethodSettings {
  private static final double NOISE = 0.1; // of SmoothGrad, images spanning [-1, 1]
  private static final double BACKGROUND = -1; // where integrated gradients start

  /** The attributions that need nothing but the image. */
  public enum Kind {
    @JsonProperty("gradient")
    GRADIENT,
    @JsonProperty("gradient-x-input")
    GRADIENT_X_INPUT,
    /** From the background image, midpoint rule. */
    @JsonProperty("integrated-gradients")
    INTEGRATED_GRADIENTS,
    /** Noise of standard deviation 0.1. */
    @JsonProperty("smoothgrad")
    SMOOTHGRAD
  }

  public AttributionSettings {
    if (samples < 1 || !(smoothing >= 0)) {
      throw new IllegalArgumentException(
          "samples must be at least 1 and smoothing at least 0: %d, %s"
              .formatted(samples, smoothing));
    }
  }

  @Override
  public AttributionSettings withThreshold(ThresholdRule newThreshold) {
    return new AttributionSettings(attribution, samples, smoothing, newThreshold);
  }

  /** What computes it. */
  Attribution attribution(long seed, int batch) {
    return switch (attribution) {
      case GRADIENT -> new Gradient();
      case GRADIENT_X_INPUT -> new GradientXInput();
      case INTEGRATED_GRADIENTS ->
          new IntegratedGradients(PathRule.MIDPOINT, samples, BACKGROUND, batch);
      case SMOOTHGRAD -> new SmoothGrad(samples, NOISE, seed, batch);
    };
  }
}
