package dev.hale.scan;

/**
 * How the intensities of one channel become the values that a model sees, and back: linear between
 * knots, and beyond the outer ones as between the last two.
 */
final class IntensityScale {
  private final double[] intensities;
  private final double[] values;

  /**
   * Through knots.
   *
   * @param intensities ascending, at least two, no two the same
   * @param values what they become, likewise, from -1 to 1
   */
  IntensityScale(double[] intensities, double[] values) {
    this.intensities = intensities.clone();
    this.values = values.clone();
    for (int k = 1; k < intensities.length; k++) {
      if (!(intensities[k] > intensities[k - 1] && values[k] > values[k - 1])) {
        throw new IllegalArgumentException("knot %d is not above the one before".formatted(k));
      }
    }
  }

  /** The intensity that becomes -1. */
  double lower() {
    return intensities[0];
  }

  /** The intensity that becomes 1. */
  double upper() {
    return intensities[intensities.length - 1];
  }

  /** What an intensity becomes; below -1 or above 1 beyond the outer knots. */
  double value(double intensity) {
    int k = segment(intensities, intensity);
    double slope = (values[k + 1] - values[k]) / (intensities[k + 1] - intensities[k]);
    return (intensity - intensities[k]) * slope + values[k];
  }

  /** The intensity that becomes this. */
  double intensity(double value) {
    int k = segment(values, value);
    double slope = (intensities[k + 1] - intensities[k]) / (values[k + 1] - values[k]);
    return (value - values[k]) * slope + intensities[k];
  }

  /** The knot below, but never the last one. */
  private static int segment(double[] knots, double at) {
    int k = 0;
    while (k < knots.length - 2 && at >= knots[k + 1]) {
      k++;
    }
    return k;
  }
}
