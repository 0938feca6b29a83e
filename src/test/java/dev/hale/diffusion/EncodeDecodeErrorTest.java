package dev.hale.diffusion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.engine.Device;
import dev.hale.engine.Scope;
import dev.hale.engine.kernels.Kernels;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The claim of DDIM's table 2: encoding an image and decoding it again loses less the more steps
 * there are, about as 1/S, because both follow one ordinary differential equation.
 */
class EncodeDecodeErrorTest {
  private static final int[] STEPS = {10, 20, 50, 100, 200};

  @ParameterizedTest
  @CsvSource({"0.0, 1.0, 500", "0.2, 1.0, 1000", "0.2, 0.5, 500", "-0.5, 0.2, 500"})
  void theErrorFallsAboutInverselyWithTheSteps(double mean, double deviation, int noiseLevel) {
    NoiseSchedule schedule = NoiseSchedule.linear(1000);
    try (Scope scope = new Scope()) {
      torch.manual_seed(3);
      Tensor x =
          torch
              .randn(1, 1, 16, 16)
              .mul(new Scalar(deviation))
              .add(new Scalar(mean), new Scalar(1.0));
      assertFallsAboutInversely(
          Analytic.gaussian(schedule, mean, deviation), x, schedule, noiseLevel);
    }
  }

  /** That the error falls at every step, and over all with a slope near -1 in the logarithms. */
  static void assertFallsAboutInversely(
      Denoiser model, Tensor x, NoiseSchedule schedule, int noiseLevel) {
    double[] errors = new double[STEPS.length];
    for (int i = 0; i < STEPS.length; i++) {
      errors[i] = error(model, x, schedule, noiseLevel, STEPS[i]);
      assertTrue(
          i == 0 || errors[i] < errors[i - 1],
          "error %s after %s".formatted(errors[i], i == 0 ? 0 : errors[i - 1]));
    }
    double slope = slope(errors);
    // β grows linearly from almost nothing, so the first steps are the coarsest: between S = 10 and
    // 200 the exact slope is -0.75 to -0.92 and approaches -1 from above.
    assertTrue(slope < -0.7 && slope > -1.2, "slope " + slope);
  }

  /** Root mean square of decode(encode(x)) - x. */
  static double error(Denoiser model, Tensor x, NoiseSchedule schedule, int noiseLevel, int steps) {
    DiffusionChain chain = new DiffusionChain(schedule, TimestepSpacing.upTo(noiseLevel, steps));
    Sampling sampler = Sampling.of(Kernels.of(Device.CPU), Prediction.EPSILON);
    try (Scope scope = new Scope()) {
      Tensor encoded = DdimSampler.DDIM.sample(model, x, chain.encoding(steps), sampler);
      Tensor decoded = DdimSampler.DDIM.sample(model, encoded, chain.decoding(steps), sampler);
      return torch.pow(decoded.sub(x), new Scalar(2)).mean().sqrt().item_double();
    }
  }

  private static double slope(double[] errors) {
    double meanX = 0;
    double meanY = 0;
    for (int i = 0; i < errors.length; i++) {
      meanX += Math.log(STEPS[i]) / errors.length;
      meanY += Math.log(errors[i]) / errors.length;
    }
    double covariance = 0;
    double variance = 0;
    for (int i = 0; i < errors.length; i++) {
      double dx = Math.log(STEPS[i]) - meanX;
      covariance += dx * (Math.log(errors[i]) - meanY);
      variance += dx * dx;
    }
    return covariance / variance;
  }

  /** The same two chains in double precision, one pixel, written out. */
  @Test
  void theErrorIsThatOfTheEquations() {
    int steps = 20;
    int noiseLevel = 500;
    double deviation = 0.5;
    double[] alphas = NoiseSchedule.linear(1000).alphasCumprod();
    double start = 0.7;
    double x = start;
    double previous = 1;
    for (int i = 0; i < steps; i++) {
      double seen = alphas[Math.max(1, i) * noiseLevel / steps - 1];
      double to = alphas[(i + 1) * noiseLevel / steps - 1];
      double eps = Math.sqrt(1 - seen) * x / (seen * deviation * deviation + 1 - seen);
      x =
          Math.sqrt(to) * (x - Math.sqrt(1 - previous) * eps) / Math.sqrt(previous)
              + Math.sqrt(1 - to) * eps;
      previous = to;
    }
    for (int i = steps - 1; i >= 0; i--) {
      double from = alphas[(i + 1) * noiseLevel / steps - 1];
      double to = i == 0 ? 1 : alphas[i * noiseLevel / steps - 1];
      double eps = Math.sqrt(1 - from) * x / (from * deviation * deviation + 1 - from);
      x =
          Math.sqrt(to) * (x - Math.sqrt(1 - from) * eps) / Math.sqrt(from)
              + Math.sqrt(1 - to) * eps;
    }
    try (Scope scope = new Scope()) {
      NoiseSchedule schedule = NoiseSchedule.linear(1000);
      double error =
          error(
              Analytic.gaussian(schedule, 0, deviation),
              torch.full(new long[] {1, 1, 2, 2}, new Scalar(start)),
              schedule,
              noiseLevel,
              steps);
      assertEquals(Math.abs(x - start), error, 1e-5);
    }
  }
}
