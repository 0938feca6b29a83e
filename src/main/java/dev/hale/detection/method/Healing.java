package dev.hale.detection.method;

/**
 * The healthy image of a slice, and how sure it is.
 *
 * @param mean {@code [(c * S + j) * S + i]}, of the samples; what was not made new is the input,
 *     bit for bit
 * @param deviation of the samples from it, like {@code mean}; 0 where there is one sample
 */
record Healing(float[] mean, float[] deviation) {
  /** Of a slice in which nothing was made new. */
  static Healing none(float[] image) {
    return new Healing(image, new float[image.length]);
  }

  /**
   * Of samples.
   *
   * @param samples {@code [K][(c * S + j) * S + i]}
   */
  static Healing of(float[] image, Gate gate, float[][] samples) {
    int pixels = gate.inside().length;
    float[] mean = image.clone();
    float[] deviation = new float[image.length];
    for (int v = 0; v < mean.length; v++) {
      if (!gate.has(v % pixels)) {
        continue;
      }
      double sum = 0;
      for (float[] sample : samples) {
        sum += sample[v];
      }
      double centre = sum / samples.length;
      double squares = 0;
      for (float[] sample : samples) {
        squares += (sample[v] - centre) * (sample[v] - centre);
      }
      mean[v] = (float) centre;
      deviation[v] = (float) Math.sqrt(squares / Math.max(1, samples.length - 1));
    }
    return new Healing(mean, deviation);
  }

  /**
   * How much the samples differ, channels together: the root of the sum of their variances.
   *
   * @param channels that count
   * @return {@code [j * S + i]}
   */
  float[] spread(int[] channels, int pixels) {
    float[] spread = new float[pixels];
    for (int p = 0; p < pixels; p++) {
      double variance = 0;
      for (int c : channels) {
        double one = deviation[c * pixels + p];
        variance += one * one;
      }
      spread[p] = (float) Math.sqrt(variance);
    }
    return spread;
  }
}
