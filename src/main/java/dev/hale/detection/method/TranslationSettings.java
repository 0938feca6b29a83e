package dev.hale.detection.method;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.hale.detection.ThresholdRule;

/**
 * How a method maps that makes its healthy image in one call of a network.
 *
 * @param difference what the map shows
 * @param smoothing standard deviation of a Gaussian over the map, in model pixels; 0 for none
 * @param threshold how the mask is cut from the map
 */
@JsonNaming(SnakeCaseStrategy.class)
public record TranslationSettings(Difference difference, double smoothing, ThresholdRule threshold)
    implements MethodSettings {
  public TranslationSettings {
    if (difference == null) {
      throw new IllegalArgumentException("translation needs difference");
    }
    if (!(smoothing >= 0)) {
      throw new IllegalArgumentException("smoothing must not be negative: " + smoothing);
    }
  }

  @Override
  public TranslationSettings withThreshold(ThresholdRule newThreshold) {
    return new TranslationSettings(difference, smoothing, newThreshold);
  }
}
