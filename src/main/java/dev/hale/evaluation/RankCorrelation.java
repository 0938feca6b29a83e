package dev.hale.evaluation;

import java.util.Arrays;

/** Whether two quantities rise together, whatever their scales. */
public final class RankCorrelation {
  private RankCorrelation() {}

  /**
   * Spearman's ρ: the correlation of ranks, equal values sharing the mean of theirs.
   *
   * @param first {@code [n]}, no NaN
   * @param second of the same cases
   * @return in [-1, 1]; NaN where one of them never changes
   * @throws IllegalArgumentException where lengths differ or a value is NaN
   */
  public static double spearman(double[] first, double[] second) {
    Voxels.sameLength("first", first.length, "second", second.length);
    double[] x = ranks(first);
    double[] y = ranks(second);
    double mean = (x.length + 1) / 2.0;
    double xy = 0;
    double xx = 0;
    double yy = 0;
    for (int i = 0; i < x.length; i++) {
      xy += (x[i] - mean) * (y[i] - mean);
      xx += (x[i] - mean) * (x[i] - mean);
      yy += (y[i] - mean) * (y[i] - mean);
    }
    return xy / Math.sqrt(xx * yy);
  }

  /**
   * The rank of each value, from 1 for the lowest; equal ones share the mean of theirs.
   *
   * @throws IllegalArgumentException where a value is NaN
   */
  public static double[] ranks(double[] values) {
    double[] ranks = new double[values.length];
    for (int i = 0; i < ranks.length; i++) {
      double value = values[i];
      if (Double.isNaN(value)) {
        throw new IllegalArgumentException("value %d is NaN, expected a number".formatted(i));
      }
      long below = Arrays.stream(values).filter(other -> other < value).count();
      long equal = Arrays.stream(values).filter(other -> other == value).count();
      ranks[i] = below + (equal + 1) / 2.0;
    }
    return ranks;
  }
}
