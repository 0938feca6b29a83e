package dev.hale.evaluation;

/**
 * The structural similarity of two images, pixel by pixel (Wang, Bovik, Sheikh, Simoncelli, IEEE
 * TIP 2004, eq. 13): a Gaussian window of 11×11 pixels with σ = 1.5, K₁ = 0.01, K₂ = 0.03. At the
 * edge of the image the window ends there and its weights still sum to 1.
 */
public final class StructuralSimilarity {
  private static final int REACH = 5;
  private static final double SIGMA = 1.5;
  private static final double K1 = 0.01;
  private static final double K2 = 0.03;
  private static final double[] WINDOW = window();

  private StructuralSimilarity() {}

  /**
   * The map of one slice.
   *
   * @param one {@code [row][column]}
   * @param other of the same shape
   * @param range L, from the least to the greatest value that is possible; above 0
   * @return in [-1, 1], 1 where the two are equal within the window
   * @throws IllegalArgumentException where an array has another length, or the range is none
   */
  public static double[] map(float[] one, float[] other, int columns, int rows, double range) {
    Voxels.sameLength("one", one.length, "slice", columns * rows);
    Voxels.sameLength("other", other.length, "slice", columns * rows);
    if (!(range > 0)) {
      throw new IllegalArgumentException("range is %s, must be above 0".formatted(range));
    }
    double[] products = new double[one.length];
    double[] oneSquares = new double[one.length];
    double[] otherSquares = new double[one.length];
    double[] first = new double[one.length];
    double[] second = new double[one.length];
    for (int p = 0; p < one.length; p++) {
      first[p] = one[p];
      second[p] = other[p];
      products[p] = first[p] * second[p];
      oneSquares[p] = first[p] * first[p];
      otherSquares[p] = second[p] * second[p];
    }
    double[] mean1 = windowed(first, columns, rows);
    double[] mean2 = windowed(second, columns, rows);
    double[] square1 = windowed(oneSquares, columns, rows);
    double[] square2 = windowed(otherSquares, columns, rows);
    double[] product = windowed(products, columns, rows);
    double c1 = K1 * range * K1 * range;
    double c2 = K2 * range * K2 * range;
    double[] map = new double[one.length];
    for (int p = 0; p < map.length; p++) {
      double means = mean1[p] * mean2[p];
      double meanSquares = mean1[p] * mean1[p] + mean2[p] * mean2[p];
      double covariance = product[p] - means;
      double variances = square1[p] + square2[p] - meanSquares;
      map[p] = (2 * means + c1) * (2 * covariance + c2) / ((meanSquares + c1) * (variances + c2));
    }
    return map;
  }

  /** Means under the window, along columns and then along rows. */
  private static double[] windowed(double[] image, int columns, int rows) {
    double[] columnWeights = weights(columns);
    double[] rowWeights = weights(rows);
    double[] across = new double[image.length];
    for (int r = 0; r < rows; r++) {
      int row = r * columns;
      for (int d = -REACH; d <= REACH; d++) {
        double weight = WINDOW[Math.abs(d)];
        int last = Math.min(columns, columns - d);
        for (int c = Math.max(0, -d); c < last; c++) {
          across[row + c] += weight * image[row + c + d];
        }
      }
    }
    double[] both = new double[image.length];
    for (int r = 0; r < rows; r++) {
      int row = r * columns;
      for (int n = Math.max(0, r - REACH); n <= Math.min(rows - 1, r + REACH); n++) {
        double weight = WINDOW[Math.abs(n - r)];
        for (int c = 0; c < columns; c++) {
          both[row + c] += weight * across[n * columns + c];
        }
      }
      for (int c = 0; c < columns; c++) {
        both[row + c] /= rowWeights[r] * columnWeights[c];
      }
    }
    return both;
  }

  /** What the window's weights sum to at each place of a line. */
  private static double[] weights(int length) {
    double[] sums = new double[length];
    for (int at = 0; at < length; at++) {
      for (int n = Math.max(0, at - REACH); n <= Math.min(length - 1, at + REACH); n++) {
        sums[at] += WINDOW[Math.abs(n - at)];
      }
    }
    return sums;
  }

  private static double[] window() {
    double[] window = new double[REACH + 1];
    for (int d = 0; d <= REACH; d++) {
      window[d] = Math.exp(-d * d / (2 * SIGMA * SIGMA));
    }
    return window;
  }
}
