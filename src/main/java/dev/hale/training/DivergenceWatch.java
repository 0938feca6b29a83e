package dev.hale.training;

/**
 * Tells when a training goes wrong for good: the mean of the last twenty losses is more than ten
 * times the lowest such mean since the warm-up, and more than half the mean of the first twenty
 * losses of all (so that a loss which has become tiny may still jump).
 */
final class DivergenceWatch {
  private static final int WINDOW = 20;
  private static final double FACTOR = 10;
  private static final double OF_FIRST = 0.5;

  private final double[] last = new double[WINDOW];
  private final long warmup;
  private double lowest = Double.POSITIVE_INFINITY;
  private double first = Double.NaN;

  DivergenceWatch(long warmup) {
    this.warmup = warmup;
  }

  /**
   * Takes note of a step's loss.
   *
   * @param step counted from 0, without gaps
   * @return whether the training diverges
   */
  boolean diverges(long step, double loss) {
    last[(int) (step % WINDOW)] = loss;
    if (step + 1 < WINDOW) {
      return false;
    }
    double mean = mean();
    if (step + 1 == WINDOW) {
      first = mean;
    }
    if (step < warmup) {
      return false;
    }
    lowest = Math.min(lowest, mean);
    return mean > FACTOR * lowest && mean > OF_FIRST * first;
  }

  /** The mean of the last losses. */
  double mean() {
    double sum = 0;
    for (double loss : last) {
      sum += loss;
    }
    return sum / WINDOW;
  }

  /** The lowest such mean since the warm-up. */
  double lowest() {
    return lowest;
  }

  /** All that it has noted. */
  double[] state() {
    double[] state = new double[WINDOW + 2];
    System.arraycopy(last, 0, state, 0, WINDOW);
    state[WINDOW] = lowest;
    state[WINDOW + 1] = first;
    return state;
  }

  /** Goes back to a state. */
  void restore(double[] state) {
    System.arraycopy(state, 0, last, 0, WINDOW);
    lowest = state[WINDOW];
    first = state[WINDOW + 1];
  }
}
