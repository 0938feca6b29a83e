package dev.hale.data.prepared;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Where each pixel of a turned, zoomed, shifted or mirrored image comes from. Images are
 * interpolated linearly between the brain pixels among the four neighbours, so that the background
 * does not bleed in; masks take the nearest pixel. All of one slice go through the same map.
 */
final class PixelMap {
  private final int size;
  private final double xx;
  private final double xy;
  private final double yx;
  private final double yy;
  private final double x0;
  private final double y0;

  /** From output to source: {@code x' = xx·x + xy·y + x0}, {@code y' = yx·x + yy·y + y0}. */
  private PixelMap(int size, double[] matrix, double shiftX, double shiftY) {
    this.size = size;
    xx = matrix[0];
    xy = matrix[1];
    yx = matrix[2];
    yy = matrix[3];
    double centre = (size - 1) / 2.0;
    x0 = centre - xx * (centre + shiftX) - xy * (centre + shiftY);
    y0 = centre - yx * (centre + shiftX) - yy * (centre + shiftY);
  }

  /** Draws a map; the numbers drawn do not depend on the strengths. */
  static PixelMap draw(Augmentation strength, int size, SplittableRandom random) {
    boolean mirrored = random.nextDouble() < strength.flip();
    double angle = Math.toRadians(Draws.within(random, strength.rotation()));
    double zoom = Math.exp(Draws.within(random, Math.log1p(strength.scale())));
    double shiftX = Draws.within(random, strength.shift());
    double shiftY = Draws.within(random, strength.shift());
    double cos = Math.cos(angle) / zoom;
    double sin = Math.sin(angle) / zoom;
    double side = mirrored ? -1 : 1;
    return new PixelMap(size, new double[] {side * cos, side * sin, -sin, cos}, shiftX, shiftY);
  }

  /** The mask, each pixel from its nearest; what comes from beyond the edge is 0. */
  byte[] mask(byte[] source) {
    byte[] mapped = new byte[source.length];
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        int column = (int) Math.floor(xx * x + xy * y + x0 + 0.5);
        int row = (int) Math.floor(yx * x + yy * y + y0 + 0.5);
        if (column >= 0 && column < size && row >= 0 && row < size) {
          mapped[y * size + x] = source[row * size + column];
        }
      }
    }
    return mapped;
  }

  /**
   * Maps one image of several channels in place.
   *
   * @param image {@code [(c * S + j) * S + i]} from the offset on
   * @param brain of the image as it was
   * @param mapped {@link #mask} of that; the image becomes {@code background} outside
   */
  void image(
      float[] image, int offset, int channels, byte[] brain, byte[] mapped, float background) {
    int pixels = size * size;
    float[] source = Arrays.copyOfRange(image, offset, offset + channels * pixels);
    Arrays.fill(image, offset, offset + channels * pixels, background);
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        if (mapped[y * size + x] != 0) {
          double u = xx * x + xy * y + x0;
          double v = yx * x + yy * y + y0;
          interpolate(source, channels, brain, u, v, image, offset + y * size + x);
        }
      }
    }
  }

  /** The nearest of the four neighbours is brain, so the weights' sum is at least a quarter. */
  private void interpolate(
      float[] source, int channels, byte[] brain, double u, double v, float[] into, int at) {
    int pixels = size * size;
    int left = (int) Math.floor(u);
    int top = (int) Math.floor(v);
    double right = u - left;
    double below = v - top;
    double sum = 0;
    for (int corner = 0; corner < 4; corner++) {
      sum += weight(brain, left, top, right, below, corner);
    }
    for (int c = 0; c < channels; c++) {
      double value = 0;
      for (int corner = 0; corner < 4; corner++) {
        double weight = weight(brain, left, top, right, below, corner);
        if (weight > 0) {
          int pixel = (top + (corner >> 1)) * size + left + (corner & 1);
          value += weight * source[c * pixels + pixel];
        }
      }
      into[at + c * pixels] = (float) (value / sum);
    }
  }

  private double weight(byte[] brain, int left, int top, double right, double below, int corner) {
    int column = left + (corner & 1);
    int row = top + (corner >> 1);
    if (column < 0 || column >= size || row < 0 || row >= size || brain[row * size + column] == 0) {
      return 0;
    }
    return ((corner & 1) == 0 ? 1 - right : right) * (corner >> 1 == 0 ? 1 - below : below);
  }
}
