package dev.hale.evaluation;

import java.util.Arrays;

/**
 * Points of a curve in the unit square, in order.
 *
 * @param x in [0, 1]
 * @param y in [0, 1]
 */
public record Curve(double[] x, double[] y) {
  /** A curve without a point. */
  public static final Curve EMPTY = new Curve(new double[0], new double[0]);

  public Curve {
    Voxels.sameLength("x", x.length, "y", y.length);
  }

  /**
   * The same curve with fewer points, spread evenly along its length; the first and the last stay.
   *
   * @param points that are kept at most, at least 2
   */
  public Curve thinned(int points) {
    if (points < 2) {
      throw new IllegalArgumentException("points is %d, must be at least 2".formatted(points));
    }
    int n = x.length;
    if (n <= points) {
      return this;
    }
    double[] along = new double[n];
    for (int i = 1; i < n; i++) {
      along[i] = along[i - 1] + Math.hypot(x[i] - x[i - 1], y[i] - y[i - 1]);
    }
    double[] keptX = new double[points];
    double[] keptY = new double[points];
    int kept = 0;
    for (int i = 0; i < n; i++) {
      boolean due = along[i] >= kept * along[n - 1] / (points - 1) && kept < points - 1;
      if (due || i == n - 1) {
        keptX[kept] = x[i];
        keptY[kept++] = y[i];
      }
    }
    return new Curve(Arrays.copyOf(keptX, kept), Arrays.copyOf(keptY, kept));
  }
}
