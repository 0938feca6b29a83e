package dev.hale.picture.chart;

/**
 * A curve.
 *
 * @param label for the legend; empty to leave it out
 * @param rgb colour
 * @param x steps, ascending
 * @param y values; NaN where there is none
 * @param width of the line; 0 for dots joined by a thin line
 */
public record Series(String label, int rgb, double[] x, double[] y, double width) {

  /** The curve in at most {@code bins} pieces, each at its mean. */
  public Series averaged(int bins) {
    int pieces = Math.min(bins, x.length);
    double[] newX = new double[pieces];
    double[] newY = new double[pieces];
    for (int b = 0; b < pieces; b++) {
      int from = (int) ((long) b * x.length / pieces);
      int to = (int) ((long) (b + 1) * x.length / pieces);
      int count = 0;
      for (int i = from; i < to; i++) {
        newX[b] += x[i] / (to - from);
        if (Double.isFinite(y[i])) {
          newY[b] += y[i];
          count++;
        }
      }
      newY[b] = count == 0 ? Double.NaN : newY[b] / count;
    }
    return new Series(label, rgb, newX, newY, width);
  }

  /** Each value as the mean over a window around it, narrower at the ends. */
  public Series smoothed(int window) {
    double[] sums = new double[y.length + 1];
    int[] counts = new int[y.length + 1];
    for (int i = 0; i < y.length; i++) {
      boolean there = Double.isFinite(y[i]);
      sums[i + 1] = sums[i] + (there ? y[i] : 0);
      counts[i + 1] = counts[i] + (there ? 1 : 0);
    }
    double[] means = new double[y.length];
    for (int i = 0; i < y.length; i++) {
      int reach = Math.min(window / 2, Math.min(i, y.length - 1 - i));
      int from = i - reach;
      int to = i + reach + 1;
      means[i] = (sums[to] - sums[from]) / (counts[to] - counts[from]);
    }
    return new Series(label, rgb, x, means, width);
  }
}
