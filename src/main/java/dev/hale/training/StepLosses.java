package dev.hale.training;

/**
 * The losses of a step's batch over all processes.
 *
 * @param timesteps one an image
 * @param weights what each loss counts
 * @param losses one an image, not weighted
 * @param opponentLoss mean of what the opponent minimises; NaN where there is none
 */
record StepLosses(int[] timesteps, double[] weights, float[] losses, double opponentLoss) {
  /** The mean that is minimised. */
  double mean() {
    double sum = 0;
    for (int n = 0; n < losses.length; n++) {
      sum += weights[n] * losses[n];
    }
    return sum / losses.length;
  }

  /** The mean loss of each quarter of the timesteps 0 … levels-1; NaN where the batch has none. */
  double[] quarters(int levels) {
    double[] sums = new double[4];
    int[] counts = new int[4];
    for (int n = 0; n < losses.length; n++) {
      int quarter = (int) (4L * timesteps[n] / levels);
      sums[quarter] += losses[n];
      counts[quarter]++;
    }
    for (int q = 0; q < 4; q++) {
      sums[q] /= counts[q];
    }
    return sums;
  }

  /** The image of the largest loss; one that is no number is larger than all. */
  int worst() {
    int worst = 0;
    for (int n = 1; n < losses.length; n++) {
      if (Float.compare(losses[n], losses[worst]) > 0) {
        worst = n;
      }
    }
    return worst;
  }
}
