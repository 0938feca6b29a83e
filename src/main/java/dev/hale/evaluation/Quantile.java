package dev.hale.evaluation;

/** Quantiles by linear interpolation (Hyndman and Fan 1996, type 7; NumPy's default). */
public final class Quantile {
  private Quantile() {}

  /** The quantile of ascending values, fraction in [0, 1]; NaN where there are none. */
  public static double of(double[] sorted, double fraction) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    double position = fraction * (sorted.length - 1);
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
