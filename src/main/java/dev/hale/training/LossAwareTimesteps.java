package dev.hale.training;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Draws timesteps in proportion to the root mean square of their last ten losses, a thousandth of
 * the time uniformly, and uniformly until each has ten (Nichol and Dhariwal 2021, section 3.3, eq.
 * 18).
 */
final class LossAwareTimesteps implements TimestepSampler {
  private static final int HISTORY = 10;
  private static final double UNIFORM = 0.001;

  private final double[] history;
  private final long[] counts;

  LossAwareTimesteps(int levels) {
    history = new double[levels * HISTORY];
    counts = new long[levels];
  }

  @Override
  public Draw draw(int count, SplittableRandom random) {
    double[] probabilities = probabilities();
    double[] cumulative = new double[probabilities.length];
    double sum = 0;
    for (int t = 0; t < cumulative.length; t++) {
      sum += probabilities[t];
      cumulative[t] = sum;
    }
    int[] timesteps = new int[count];
    double[] weights = new double[count];
    for (int n = 0; n < count; n++) {
      double at = random.nextDouble() * sum;
      int t = Arrays.binarySearch(cumulative, at);
      timesteps[n] = Math.min(t < 0 ? -t - 1 : t + 1, cumulative.length - 1);
      weights[n] = 1 / (cumulative.length * probabilities[timesteps[n]]);
    }
    return new Draw(timesteps, weights);
  }

  /** The probability of each timestep, {@code [levels]}. */
  double[] probabilities() {
    int levels = counts.length;
    double[] probabilities = new double[levels];
    double sum = 0;
    for (int t = 0; t < levels; t++) {
      double squares = 0;
      for (int i = 0; i < HISTORY; i++) {
        double loss = history[t * HISTORY + i];
        squares += loss * loss;
      }
      probabilities[t] = Math.sqrt(squares / HISTORY);
      sum += probabilities[t];
    }
    boolean known = sum > 0 && Arrays.stream(counts).allMatch(c -> c == HISTORY);
    for (int t = 0; t < levels; t++) {
      probabilities[t] =
          known ? probabilities[t] / sum * (1 - UNIFORM) + UNIFORM / levels : 1.0 / levels;
    }
    return probabilities;
  }

  @Override
  public void learn(int[] timesteps, float[] losses) {
    for (int n = 0; n < timesteps.length; n++) {
      int first = timesteps[n] * HISTORY;
      if (counts[timesteps[n]] < HISTORY) {
        history[first + (int) counts[timesteps[n]]++] = losses[n];
      } else {
        System.arraycopy(history, first + 1, history, first, HISTORY - 1);
        history[first + HISTORY - 1] = losses[n];
      }
    }
  }

  @Override
  public double[] state() {
    double[] state = new double[history.length + counts.length];
    System.arraycopy(history, 0, state, 0, history.length);
    for (int t = 0; t < counts.length; t++) {
      state[history.length + t] = counts[t];
    }
    return state;
  }

  @Override
  public void restore(double[] state) {
    if (state.length != history.length + counts.length) {
      throw new IllegalArgumentException(
          "a history of %d numbers, expected %d"
              .formatted(state.length, history.length + counts.length));
    }
    System.arraycopy(state, 0, history, 0, history.length);
    for (int t = 0; t < counts.length; t++) {
      counts[t] = (long) state[history.length + t];
    }
  }
}
