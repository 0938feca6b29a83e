package dev.hale.detection.method;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.hale.detection.ThresholdRule;
import java.io.Serializable;

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

  /**
   * How a diffusion model makes new what the segmenter marks.
   *
   * @param chain of the pixels inside the gate
   * @param encodingLabel class that the network is told while encoding
   * @param difference the channels whose spread is the uncertainty
   * @param levels what calibration measures; null before
   */
  @JsonNaming(SnakeCaseStrategy.class)
  public record HealingPart(
      HealingSettings chain, int encodingLabel, Difference difference, GateLevels levels)
      implements Serializable {
    public HealingPart {
      if (chain == null || difference == null) {
        throw new IllegalArgumentException("healing needs chain and difference");
      }
    }

    /** With what calibration measured. */
    HealingPart withLevels(GateLevels measured) {
      return new HealingPart(chain, encodingLabel, difference, measured);
    }
  }

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
    return withHealing(
        new HealingPart(
            healing.chain().withSamples(count),
            healing.encodingLabel(),
            healing.difference(),
            healing.levels()));
  }

  /** With another way to make a healthy image; null for none. */
  SegmenterSettings withHealing(HealingPart other) {
    return new SegmenterSettings(smoothing, threshold, other);
  }
}
