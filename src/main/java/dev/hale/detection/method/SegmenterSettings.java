package dev.hale.detection.method;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.hale.detection.ThresholdRule;

/**
 * How a segmenter's probabilities become a mask, and whether what it marks is made healthy.
 *
 * @param smoothing standard deviation of a Gaussian over the map, in model pixels; 0 for none
 * @param threshold how the mask is cut from the map
 * @param healing how what is marked is made new; null, also where a model's file says nothing, for
 *     no healthy image
 */
@JsonNaming(SnakeCaseStrategy.class)
public record SegmenterSettings(
    double smoothing,
    ThresholdRule threshold,
    @JsonInclude(JsonInclude.Include.NON_NULL) HealingPart healing)
    implements Sampled {
  public SegmenterSettings {
    if (!(smoothing >= 0)) {
      throw new IllegalArgumentException("smoothing must not be negative: " + smoothing);
    }
  }

  @Override
  public SegmenterSettings withThreshold(ThresholdRule newThreshold) {
    return new SegmenterSettings(smoothing, newThreshold, healing);
  }

  @Override
  public SegmenterSettings withSamples(int count) {
    if (healing == null) {
      throw new IllegalArgumentException(
          "this combined-segmenter makes no healthy image; calibrate it with"
              + " calibration.methods.combined-segmenter.heals=true");
    }
    return withHealing(healing.withSamples(count));
  }

  /** With another way to make a healthy image; null for none. */
  SegmenterSettings withHealing(HealingPart other) {
    return new SegmenterSettings(smoothing, threshold, other);
  }
}
