package dev.hale.detection;

/** A Gaussian blur of a square image that sees only the pixels inside a mask. */
final class MaskedBlur {
  private MaskedBlur() {}

  /**
   * Blurs.
   *
   * @param image {@code [j * size + i]}
   * @param mask 1 inside, 0 outside
   * @param sigma standard deviation in pixels; 0 returns the image
   * @return weighted mean over the inside, 0 outside
   */
  static float[] apply(float[] image, byte[] mask, int size, double sigma) {
    if (sigma == 0) {
      return image;
    }
    float[] weighted = new float[image.length];
    float[] weights = new float[image.length];
    for (int p = 0; p < image.length; p++) {
      weights[p] = mask[p];
      weighted[p] = mask[p] * image[p];
    }
    double[] kernel = kernel(sigma);
    weighted = separable(weighted, size, kernel);
    weights = separable(weights, size, kernel);
    float[] blurred = new float[image.length];
    for (int p = 0; p < image.length; p++) {
      blurred[p] = mask[p] == 0 ? 0 : weighted[p] / weights[p];
    }
    return blurred;
  }

  private static double[] kernel(double sigma) {
    int radius = (int) Math.ceil(3 * sigma);
    double[] kernel = new double[radius + 1];
    for (int d = 0; d <= radius; d++) {
      kernel[d] = Math.exp(-d * d / (2 * sigma * sigma));
    }
    return kernel;
  }

  private static float[] separable(float[] image, int size, double[] kernel) {
    return oneDirection(oneDirection(image, size, kernel, 1, size), size, kernel, size, 1);
  }

  private static float[] oneDirection(
      float[] image, int size, double[] kernel, int step, int lineStep) {
    float[] out = new float[image.length];
    int radius = kernel.length - 1;
    for (int line = 0; line < size; line++) {
      for (int at = 0; at < size; at++) {
        double sum = 0;
        for (int d = Math.max(-radius, -at); d <= Math.min(radius, size - 1 - at); d++) {
          sum += kernel[Math.abs(d)] * image[line * lineStep + (at + d) * step];
        }
        out[line * lineStep + at * step] = (float) sum;
      }
    }
    return out;
  }
}
