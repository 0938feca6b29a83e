package dev.hale.picture;

/**
 * Colours for heat maps: from black through purple and orange to pale yellow. Lightness (CIELAB L*)
 * rises evenly from 0 to 98, so that equal steps look equal, in print and to the colour-blind too;
 * after the idea and the look of matplotlib's inferno (van der Walt and Smith 2015).
 */
public final class ColorMap {
  /** Red, green and blue at values evenly spaced over [0, 1], and in lightness. */
  private static final int[] CONTROL = {
    0x000000, 0x180938, 0x2d0d52, 0x480e64, 0x63146c, 0x7f1f6b, 0x9b2a62, 0xb63557, 0xcd4646,
    0xe15834, 0xed7020, 0xf7880d, 0xf9a319, 0xf9bc2a, 0xfad44e, 0xfbea84, 0xfcffb8
  };

  private ColorMap() {}

  /**
   * The colour of a value.
   *
   * @param value clamped to [0, 1]; NaN counts as 0
   * @return sRGB as {@code 0xRRGGBB}
   */
  public static int heat(double value) {
    double position = unit(value) * (CONTROL.length - 1);
    int below = Math.min((int) position, CONTROL.length - 2);
    return blend(CONTROL[below], CONTROL[below + 1], position - below);
  }

  /** A grey of the given brightness in [0, 1], clamped; NaN counts as 0. */
  public static int grey(double value) {
    int level = (int) Math.round(255 * unit(value));
    return level << 16 | level << 8 | level;
  }

  /** {@code under} where the opacity is 0, {@code over} where it is 1. */
  static int blend(int under, int over, double opacity) {
    int rgb = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int a = under >> shift & 255;
      int b = over >> shift & 255;
      rgb |= (int) Math.round(a + opacity * (b - a)) << shift;
    }
    return rgb;
  }

  private static double unit(double value) {
    return value > 0 ? Math.min(value, 1) : 0; // NaN is not greater
  }
}
