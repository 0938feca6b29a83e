package dev.hale.detection.method;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.hale.detection.ThresholdRule;

/**
 * How a segmenter's probabilities become a mask.
 *
 * @param smoothing standard deviation of a Gaussian over the map, in model pixels; 0 for none
 * @param threshold how the mask is cut from the map
 */
@JsonNaming(SnakeCaseStrategy.class)
public record SegmenterSettings(double smoothing, ThresholdRule threshold)
    implements MethodSettings {
  public SegmenterSettings {
    if (!(smoothing >= 0)) {
      throw new IllegalArgumentException("smoothing must not be negative: " + smoothing);
    }
  }

  @Override
  public SegmenterSettings withThreshold(ThresholdRule newThreshold) {
    return new SegmenterSettings(smoothing, newThreshold);
  }
}
