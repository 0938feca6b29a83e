package dev.hale.detection.method;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.hale.detection.ThresholdRule;

/**
 * How a saliency map sets a gate, and how what was made new inside of it becomes a map.
 *
 * @param attribution the saliency
 * @param healing how what it marks is made new, once
 * @param smoothing standard deviation of a Gaussian over the difference, in model pixels; 0 for
 *     none
 * @param threshold how saliency and difference are cut
 */
@JsonNaming(SnakeCaseStrategy.class)
public record DifFuseSettings(
    AttributionSettings attribution, HealingPart healing, double smoothing, ThresholdRule threshold)
    implements Sampled {
  public DifFuseSettings {
    if (attribution == null || healing == null) {
      throw new IllegalArgumentException("dif-fuse needs attribution and healing");
    }
    healing = healing.once();
    if (!(smoothing >= 0)) {
      throw new IllegalArgumentException("smoothing must not be negative: " + smoothing);
    }
  }

  @Override
  public DifFuseSettings withThreshold(ThresholdRule newThreshold) {
    return new DifFuseSettings(attribution, healing, smoothing, newThreshold);
  }

  @Override
  public DifFuseSettings withSamples(int count) {
    return new DifFuseSettings(attribution, healing.withSamples(count), smoothing, threshold);
  }

  /** With what calibration measured. */
  DifFuseSettings withLevels(GateLevels measured) {
    return new DifFuseSettings(attribution, healing.withLevels(measured), smoothing, threshold);
  }
}
