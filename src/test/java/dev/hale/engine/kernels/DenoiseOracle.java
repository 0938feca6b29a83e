package dev.hale.engine.kernels;

/**
 * The denoising step in double precision, written from the equations of {@link StepCoefficients}
 * and sharing nothing with the kernels. Beside each result it gives the sum of the magnitudes of
 * the terms that made it, which is what a rounding error is relative to.
 */
final class DenoiseOracle {
  final double[] next;
  final double[] nextMagnitude;
  final double[] x0;
  final double[] x0Magnitude;

  /** Arrays are [N, C, H, W]; {@code output} may have 2C channels; absent inputs are null. */
  DenoiseOracle(
      float[] x, float[] output, float[] gradient, float[] noise, int n, StepCoefficients c) {
    next = new double[x.length];
    nextMagnitude = new double[x.length];
    x0 = new double[x.length];
    x0Magnitude = new double[x.length];
    int perImage = n == 0 ? 0 : x.length / n;
    int outputPerImage = n == 0 ? 0 : output.length / n;
    for (int i = 0; i < x.length; i++) {
      int o = i / perImage * outputPerImage + i % perImage;
      double v = c.learnedVariance() ? output[o + perImage] : 0;
      double g = gradient == null ? 0 : gradient[i];
      double z = noise == null ? 0 : noise[i];
      element(i, x[i], output[o], v, g, z, c);
    }
  }

  /** What is next is composed; arrays are [N, 1, H, W] and [N, C, H, W]. */
  void compose(float[] gate, float[] outside, int channels, int area) {
    for (int i = 0; i < next.length; i++) {
      double g = Math.min(Math.max(gate[i / area / channels * area + i % area], 0), 1);
      next[i] = (1 - g) * outside[i] + g * next[i];
      nextMagnitude[i] = 2 * Math.abs(outside[i]) + g * nextMagnitude[i];
    }
  }

  private void element(
      int i, double x, double o, double v, double g, double z, StepCoefficients c) {
    double clean = c.x0().fromX() * x + c.x0().fromOutput() * o;
    double cleanMagnitude = Math.abs(c.x0().fromX() * x) + Math.abs(c.x0().fromOutput() * o);
    double eps = c.eps().fromX() * x + c.eps().fromOutput() * o;
    double epsMagnitude = Math.abs(c.eps().fromX() * x) + Math.abs(c.eps().fromOutput() * o);
    if (c.clamp()) {
      // Within rounding of ±1 the kernel may take the other branch; both have this magnitude.
      epsMagnitude += (Math.abs(x) + c.level().signal() * cleanMagnitude) / c.level().noise();
      if (Math.abs(clean) > 1) {
        clean = Math.signum(clean);
        eps = (x - c.level().signal() * clean) / c.level().noise();
      }
    }
    if (c.guidance() != 0) {
      eps -= c.guidance() * g;
      epsMagnitude += Math.abs(c.guidance() * g);
      clean = (x - c.level().noise() * eps) / c.level().signal();
      cleanMagnitude = (Math.abs(x) + c.level().noise() * epsMagnitude) / c.level().signal();
    }
    double logVariance = 0;
    if (c.learnedVariance()) {
      double f = (v + 1) / 2;
      logVariance = f * c.learned().maxLog() + (1 - f) * c.learned().minLog();
    }
    double mean = c.next().fromX0() * clean + c.next().fromX() * x + c.next().fromEps() * eps;
    double shift = c.next().fromGradient() * Math.exp(logVariance) * g;
    double spread = c.next().fromNoise() * Math.exp(logVariance / 2) * z;
    next[i] = mean + shift + spread;
    // An error in the logarithm is a relative error of its exponential.
    nextMagnitude[i] =
        Math.abs(c.next().fromX0()) * cleanMagnitude
            + Math.abs(c.next().fromX() * x)
            + Math.abs(c.next().fromEps()) * epsMagnitude
            + (1 + Math.abs(logVariance)) * (Math.abs(shift) + Math.abs(spread));
    x0[i] = clean;
    x0Magnitude[i] = cleanMagnitude;
  }
}
