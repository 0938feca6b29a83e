package dev.hale.detection.method;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.io.Serializable;

/**
 * How the pixels inside a gate are made new: where, from which noise level, how often.
 *
 * @param noiseLevel L: from how far up the training chain, in training steps
 * @param steps S: stochastic steps down, each of which calls the network; at most L
 * @param calls of the network that encode what lies outside of the gate, at most S
 * @param samples K: healthy images that are made of a slice, at least 1; their mean is shown
 * @param rounds how often a slice is made new at most while it still looks diseased, at least 1
 * @param gateLevel to where the gate reaches, as a share of the threshold of the map that sets it;
 *     above 0
 * @param margin pixels by which the gate is widened, at least 0
 * @param healthyPercentile percentile of healthy slices up to which a slice counts as healthy; in
 *     (0, 100)
 */
@JsonNaming(SnakeCaseStrategy.class)
public record HealingSettings(
    int noiseLevel,
    int steps,
    int calls,
    int samples,
    int rounds,
    double gateLevel,
    int margin,
    double healthyPercentile)
    implements Serializable {
  /** What phantoms chose: docs/lab/regeneration.md. */
  public static final HealingSettings DEFAULT = new HealingSettings(500, 12, 8, 3, 2, 0.7, 2, 95);

  public HealingSettings {
    check(noiseLevel, steps, calls, samples, rounds, gateLevel, margin, healthyPercentile);
  }

  static void check(
      int noiseLevel,
      int steps,
      int calls,
      int samples,
      int rounds,
      double gateLevel,
      int margin,
      double healthyPercentile) {
    if (steps < 1 || steps > noiseLevel || calls < 1 || calls > steps) {
      throw new IllegalArgumentException(
          ("calls must lie in 1 … steps and steps in 1 … noise level: calls %d, steps %d, noise"
                  + " level %d")
              .formatted(calls, steps, noiseLevel));
    }
    if (samples < 1 || rounds < 1 || margin < 0) {
      throw new IllegalArgumentException(
          "samples and rounds must be at least 1 and the margin at least 0: %d, %d, %d"
              .formatted(samples, rounds, margin));
    }
    if (!(gateLevel > 0)) {
      throw new IllegalArgumentException("gate_level must be above 0: " + gateLevel);
    }
    if (!(healthyPercentile > 0 && healthyPercentile < 100)) {
      throw new IllegalArgumentException(
          "healthy_percentile is %s, expected a number between 0 and 100"
              .formatted(healthyPercentile));
    }
  }

  /** Made new once, whatever is left. */
  HealingSettings once() {
    return new HealingSettings(
        noiseLevel, steps, calls, samples, 1, gateLevel, margin, healthyPercentile);
  }

  /** With another number of samples. */
  public HealingSettings withSamples(int count) {
    return new HealingSettings(
        noiseLevel, steps, calls, count, rounds, gateLevel, margin, healthyPercentile);
  }
}
