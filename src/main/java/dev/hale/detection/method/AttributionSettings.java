package dev.hale.detection.method;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.hale.attribution.AttributionMethod;
import dev.hale.attribution.CriticScore;
import dev.hale.detection.ThresholdRule;

/**
 * How a critic's attribution becomes a map: max(0, Σ over channels of the attribution).
 *
 * @param attribution which; expected gradients start from the zero image
 * @param score of what; the logit where none is named
 * @param samples gradients an image, for those that take several; at least 1
 * @param smoothing standard deviation of a Gaussian over the map, in model pixels; 0 for none
 * @param smoothingAcross standard deviation of a Gaussian across slices before that, in steps from
 *     neighbour to neighbour ({@code data.slice_distance}, else the next slice); 0, also where a
 *     model's file says nothing, for none
 * @param threshold how the mask is cut from the map
 */
@JsonNaming(SnakeCaseStrategy.class)
public record AttributionSettings(
    AttributionMethod attribution,
    CriticScore score,
    int samples,
    double smoothing,
    double smoothingAcross,
    ThresholdRule threshold)
    implements MethodSettings {
  private static final double MOST_ACROSS = 10;

  public AttributionSettings {
    if (attribution == null) {
      throw new IllegalArgumentException("attribution needs the name of one");
    }
    score = score == null ? CriticScore.LOGIT : score;
    if (samples < 1 || !(smoothing >= 0)) {
      throw new IllegalArgumentException(
          "samples must be at least 1 and smoothing at least 0: %d, %s"
              .formatted(samples, smoothing));
    }
    if (!(smoothingAcross >= 0 && smoothingAcross <= MOST_ACROSS)) {
      throw new IllegalArgumentException(
          "smoothing_across is %s, expected 0 to %s".formatted(smoothingAcross, MOST_ACROSS));
    }
  }

  /** Smoothed within slices alone. */
  public AttributionSettings(
      AttributionMethod attribution,
      CriticScore score,
      int samples,
      double smoothing,
      ThresholdRule threshold) {
    this(attribution, score, samples, smoothing, 0, threshold);
  }

  /** Slices on either side of one that its map takes part of: up to two standard deviations. */
  int context() {
    return (int) Math.ceil(2 * smoothingAcross);
  }

  @Override
  public AttributionSettings withThreshold(ThresholdRule newThreshold) {
    return new AttributionSettings(
        attribution, score, samples, smoothing, smoothingAcross, newThreshold);
  }
}
