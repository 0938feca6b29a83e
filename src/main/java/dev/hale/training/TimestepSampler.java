package dev.hale.training;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Draws the noise levels of a batch, and learns from the losses there. */
interface TimestepSampler {
  /**
   * Timesteps of a batch.
   *
   * @param timesteps one an image
   * @param weights what each loss is multiplied with, so that the mean estimates that of uniform
   *     timesteps
   */
  record Draw(int[] timesteps, double[] weights) {}

  /** The sampler of timesteps 0 … levels-1. */
  static TimestepSampler of(TimestepSampling sampling, int levels) {
    return switch (sampling) {
      case UNIFORM -> uniform(levels);
      case LOSS_AWARE -> new LossAwareTimesteps(levels);
    };
  }

  private static TimestepSampler uniform(int levels) {
    return (count, random) -> {
      double[] weights = new double[count];
      Arrays.fill(weights, 1);
      return new Draw(random.ints(count, 0, levels).toArray(), weights);
    };
  }

  /** Draws a batch. */
  Draw draw(int count, SplittableRandom random);

  /** Takes note of the losses (not weighted) at these timesteps. */
  default void learn(int[] timesteps, float[] losses) {}

  /** All that was learnt; empty where nothing ever is. */
  default double[] state() {
    return new double[0];
  }

  /** Goes back to a state. */
  default void restore(double[] state) {}
}
