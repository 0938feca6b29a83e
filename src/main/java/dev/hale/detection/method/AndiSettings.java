package dev.hale.detection.method;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.hale.detection.ThresholdRule;
import java.io.Serializable;

/**
 * How single denoising steps become a map.
 *
 * @param levels how far an image is noised, and how often
 * @param difference which channels count, whatever their sign
 * @param smoothing standard deviation of a Gaussian over the map, in model pixels; 0 for none
 * @param threshold how the mask is cut from the map
 */
@JsonNaming(SnakeCaseStrategy.class)
public record AndiSettings(
    Levels levels, Difference difference, double smoothing, ThresholdRule threshold)
    implements MethodSettings {

  /**
   * Noise levels of the training chain, evenly spaced.
   *
   * @param lowest the first, at least 0
   * @param highest the last, at least the first
   * @param calls how many, each of which calls the network once; at most as many as there are
   */
  @JsonNaming(SnakeCaseStrategy.class)
  public record Levels(int lowest, int highest, int calls) implements Serializable {
    /** As published, but for every fifth level in the place of all. */
    public static final Levels DEFAULT = new Levels(75, 200, 26);

    public Levels {
      if (lowest < 0 || highest < lowest || calls < 1 || calls > highest - lowest + 1) {
        throw new IllegalArgumentException(
            "levels must go from 0 or more upwards, with 1 call or more and no more calls than"
                + " levels: lowest %d, highest %d, calls %d".formatted(lowest, highest, calls));
      }
    }

    /** Training steps, rising. */
    int[] timesteps() {
      int[] steps = new int[calls];
      for (int i = 0; i < calls; i++) {
        steps[i] =
            calls == 1
                ? highest
                : lowest + (int) Math.round(i * (double) (highest - lowest) / (calls - 1));
      }
      return steps;
    }
  }

  public AndiSettings {
    if (levels == null || difference == null) {
      throw new IllegalArgumentException("andi needs levels and difference");
    }
    if (!(smoothing >= 0)) {
      throw new IllegalArgumentException("smoothing must not be negative: " + smoothing);
    }
  }

  @Override
  public AndiSettings withThreshold(ThresholdRule newThreshold) {
    return new AndiSettings(levels, difference, smoothing, newThreshold);
  }
}
