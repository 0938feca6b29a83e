package dev.hale.detection.method;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.hale.detection.ThresholdRule;

/**
 * How the forward process becomes a map.
 *
 * @param noiseLevel L: how far up the training chain the image is encoded at most, in training
 *     steps
 * @param steps S: steps up, from 2 to {@code noiseLevel}; the network is called twice in each
 * @param weight w of ε(healthy) + w (ε(healthy) − ε(c)), at least 0
 * @param encodingLabel c, the class that the network is told while encoding: 2 (none), of a model
 *     trained with withheld labels, or 1 (diseased)
 * @param difference which channels count, whatever their sign
 * @param smoothing standard deviation of a Gaussian over the map, in model pixels; 0 for none
 * @param threshold how the mask is cut from the map
 */
@JsonNaming(SnakeCaseStrategy.class)
public record AnofpdmSettings(
    int noiseLevel,
    int steps,
    double weight,
    int encodingLabel,
    Difference difference,
    double smoothing,
    ThresholdRule threshold)
    implements MethodSettings {
  public AnofpdmSettings {
    if (steps < 2 || steps > noiseLevel) {
      throw new IllegalArgumentException(
          "steps must lie in 2 … noise level: steps %d, noise level %d"
              .formatted(steps, noiseLevel));
    }
    if (!(weight >= 0) || Double.isInfinite(weight)) {
      throw new IllegalArgumentException("weight is %s, expected 0 or more".formatted(weight));
    }
    if (difference == null) {
      throw new IllegalArgumentException("anofpdm needs difference");
    }
    if (!(smoothing >= 0)) {
      throw new IllegalArgumentException("smoothing must not be negative: " + smoothing);
    }
  }

  @Override
  public AnofpdmSettings withThreshold(ThresholdRule newThreshold) {
    return new AnofpdmSettings(
        noiseLevel, steps, weight, encodingLabel, difference, smoothing, newThreshold);
  }
}
