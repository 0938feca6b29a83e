package dev.hale.evaluation;

import java.util.Arrays;

/**
 * From a map to a mask without looking at the truth. All thresholds here mark what is strictly
 * greater.
 */
public final class Thresholds {
  private static final int BINS = 256;

  private Thresholds() {}

  /**
   * The mask of the voxels of the region whose value is strictly greater than the threshold.
   *
   * @param map {@code [n]}
   * @param threshold any number, infinities included
   * @param region {@code [n]}, or null for all voxels
   * @return {@code [n]}, 1 where marked and 0 elsewhere
   */
  public static byte[] above(float[] map, double threshold, byte[] region) {
    Voxels.fits(region, map.length);
    byte[] mask = new byte[map.length];
    for (int v = 0; v < map.length; v++) {
      mask[v] = (byte) (Voxels.contains(region, v) && map[v] > threshold ? 1 : 0);
    }
    return mask;
  }

  /**
   * Otsu's threshold (Otsu 1979, eq. 12 and 18): of a histogram of 256 bins between the smallest
   * and the largest value, the bin whose cut maximises the between-class variance ω₀ω₁(μ₁ - μ₀)²;
   * the threshold is the bin's centre, the first of equals, as in scikit-image's {@code
   * threshold_otsu}.
   *
   * @param map finite, {@code [n]}
   * @param region {@code [n]}, or null for all voxels
   * @return the threshold; the one value of a constant map (nothing lies above it); NaN for an
   *     empty region
   * @throws IllegalArgumentException where lengths differ or a value is not finite
   */
  public static double otsu(float[] map, byte[] region) {
    float[] values = finiteInside(map, region);
    if (values.length == 0) {
      return Double.NaN;
    }
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (float value : values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    if (low == high) {
      return low;
    }
    double[] edges = edges(low, high, BINS);
    return centre(edges, histogram(values, edges));
  }

  /**
   * Otsu's threshold of a histogram that has been counted elsewhere.
   *
   * @param low the smallest value
   * @param high the largest value
   * @param counts of bins of equal width from low to high, half open but for the last
   * @return as {@link #otsu(float[], byte[])}; NaN for a histogram of nothing, whose low is above
   *     its high
   */
  public static double otsu(double low, double high, long[] counts) {
    if (low > high) {
      return Double.NaN;
    }
    return low == high ? low : centre(edges(low, high, counts.length), counts);
  }

  private static double[] edges(double low, double high, int bins) {
    double[] edges = new double[bins + 1];
    for (int bin = 0; bin <= bins; bin++) {
      edges[bin] = bin == bins ? high : low + bin * ((high - low) / bins);
    }
    return edges;
  }

  private static double centre(double[] edges, long[] counts) {
    double[] centres = new double[counts.length];
    for (int bin = 0; bin < centres.length; bin++) {
      centres[bin] = (edges[bin] + edges[bin + 1]) / 2;
    }
    return centres[bestCut(counts, centres)];
  }

  /**
   * Otsu's threshold without a histogram: every cut between two distinct values is tried.
   *
   * @return the largest value of the lower class; otherwise as {@link #otsu}
   */
  public static double otsuExact(float[] map, byte[] region) {
    float[] values = finiteInside(map, region);
    if (values.length == 0) {
      return Double.NaN;
    }
    Arrays.sort(values);
    double[] distinct = new double[values.length];
    long[] counts = new long[values.length];
    int last = -1;
    for (float value : values) {
      if (last < 0 || value != distinct[last]) {
        distinct[++last] = value;
      }
      counts[last]++;
    }
    int levels = last + 1;
    if (levels == 1) {
      return distinct[0];
    }
    return distinct[bestCut(Arrays.copyOf(counts, levels), Arrays.copyOf(distinct, levels))];
  }

  /**
   * A percentile of the values, interpolated linearly between neighbours as NumPy does.
   *
   * @param map finite, {@code [n]}
   * @param region {@code [n]}, or null for all voxels
   * @param percent in [0, 100]
   * @return NaN for an empty region
   * @throws IllegalArgumentException where lengths differ, a value is not finite or the percentage
   *     is out of range
   */
  public static double percentile(float[] map, byte[] region, double percent) {
    inRange("percentage", percent, 100);
    float[] values = finiteInside(map, region);
    double[] sorted = new double[values.length];
    for (int v = 0; v < values.length; v++) {
      sorted[v] = values[v];
    }
    Arrays.sort(sorted);
    return Quantile.of(sorted, percent / 100);
  }

  /**
   * The smallest threshold that marks no more than the given share of healthy voxels. A label-free
   * operating point: it is chosen on healthy training images ({@link Voxels#pool pooled}) and then
   * kept.
   *
   * @param healthy map values of healthy images, finite, {@code [n]}
   * @param region {@code [n]}, or null for all voxels
   * @param rate share of healthy voxels that may be marked, in [0, 1]
   * @return one of the values, or -∞ for a rate of 1; NaN for an empty region
   * @throws IllegalArgumentException where lengths differ, a value is not finite or the rate is out
   *     of range
   */
  public static double atFalsePositiveRate(float[] healthy, byte[] region, double rate) {
    inRange("false positive rate", rate, 1);
    float[] sorted = finiteInside(healthy, region);
    if (sorted.length == 0) {
      return Double.NaN;
    }
    Arrays.sort(sorted);
    int allowed = (int) Math.floor(rate * sorted.length + 1e-9); // 0.07 * 100 is 7, not 7.0…01
    return allowed >= sorted.length
        ? Double.NEGATIVE_INFINITY
        : sorted[sorted.length - 1 - allowed];
  }

  /** Bins are half open but for the last, and settled by the edges themselves, not by rounding. */
  private static long[] histogram(float[] values, double[] edges) {
    int bins = edges.length - 1;
    double low = edges[0];
    double range = edges[bins] - low;
    long[] counts = new long[bins];
    for (float value : values) {
      int bin = Math.min((int) ((value - low) / range * bins), bins - 1);
      if (value < edges[bin]) {
        bin--;
      } else if (bin < bins - 1 && value >= edges[bin + 1]) {
        bin++;
      }
      counts[bin]++;
    }
    return counts;
  }

  /** The last level of the lower class where the between-class variance is greatest. */
  private static int bestCut(long[] counts, double[] levels) {
    double total = 0;
    double totalSum = 0;
    for (int level = 0; level < counts.length; level++) {
      total += counts[level];
      totalSum += counts[level] * levels[level];
    }
    int best = 0;
    double bestVariance = Double.NEGATIVE_INFINITY;
    double weight = 0;
    double sum = 0;
    for (int level = 0; level < counts.length - 1; level++) {
      weight += counts[level];
      sum += counts[level] * levels[level];
      double difference = sum / weight - (totalSum - sum) / (total - weight);
      double variance = weight * (total - weight) * difference * difference; // Otsu 1979, eq. 14
      if (variance > bestVariance) {
        bestVariance = variance;
        best = level;
      }
    }
    return best;
  }

  private static float[] finiteInside(float[] map, byte[] region) {
    float[] values = Voxels.inside(map, region);
    for (float value : values) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException("a map value is %s, must be finite".formatted(value));
      }
    }
    return values;
  }

  private static void inRange(String what, double value, double most) {
    if (!(value >= 0 && value <= most)) {
      throw new IllegalArgumentException(
          "%s is %s, must be in [0, %.0f]".formatted(what, value, most));
    }
  }
}
