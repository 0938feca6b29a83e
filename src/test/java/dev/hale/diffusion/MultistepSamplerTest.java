package dev.hale.diffusion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.engine.Device;
import dev.hale.engine.Scope;
import dev.hale.engine.Tensors;
import dev.hale.engine.kernels.Kernels;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Multistep solvers against DDIM and against a chain whose solution is known. */
class MultistepSamplerTest {
  private static final double VARIANCE = 0.25;
  private static final NoiseSchedule SCHEDULE = NoiseSchedule.named("linear", 1000);
  private final Kernels kernels = Kernels.of(Device.CPU.torch().type());

  private static DiffusionChain chain(int steps) {
    return new DiffusionChain(SCHEDULE, TimestepSpacing.upTo(400, steps));
  }

  /** The exact ε̂ of images drawn from a normal distribution: linear in x. */
  private static Denoiser gaussian() {
    double[] alphas = SCHEDULE.alphasCumprod();
    return (x, timesteps) -> {
      double a = alphas[(int) timesteps.select(0, 0).item_long()];
      return x.mul(new Scalar(Math.sqrt(1 - a) / (a * VARIANCE + 1 - a)));
    };
  }

  /** What decoding from level L makes of 1: the standard deviation falls, x in proportion. */
  private static double exact() {
    double a = SCHEDULE.alphasCumprod()[399];
    return Math.sqrt(VARIANCE / (a * VARIANCE + 1 - a));
  }

  private double error(int order, int steps) {
    try (Scope scope = new Scope()) {
      Tensor decoded =
          new MultistepSampler(kernels, order)
              .run(
                  gaussian(),
                  torch.ones(1, 1, 2, 2),
                  chain(steps).decoding(steps),
                  null,
                  0,
                  StepObserver.NONE);
      return Math.abs(Tensors.values(decoded)[0] - exact());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void imagesLieInMemoryAsTheyCame(int order) {
    try (Scope scope = new Scope()) {
      Tensor x = torch.randn(2, 3, 5, 4);
      Denoiser watching =
          (image, timesteps) -> {
            assertEquals(1, image.stride(1));
            return gaussian().predict(image, timesteps);
          };
      Tensor want = follow(order, gaussian(), x);
      Tensor got = follow(order, watching, x.contiguous(MemoryFormat.ChannelsLast));
      assertEquals(1, got.stride(1));
      assertTrue(got.equal(want));
    }
  }

  /** By DDIM (0) or by Adams and Bashforth's method of an order. */
  private Tensor follow(int order, Denoiser model, Tensor x) {
    var steps = chain(5).decoding(5);
    return order == 0
        ? new DdimSampler(kernels, Prediction.EPSILON, true).run(model, x, steps, StepObserver.NONE)
        : new MultistepSampler(kernels, order).run(model, x, steps, null, 0, StepObserver.NONE);
  }

  @Test
  void orderOneIsDdim() {
    Tensor x = torch.randn(2, 3, 6, 5);
    Guidance guidance = (image, timesteps) -> image.mul(new Scalar(0.1));
    for (boolean up : new boolean[] {true, false}) {
      var steps = up ? chain(7).encoding(7) : chain(7).decoding(7);
      Tensor expected =
          new DdimSampler(kernels, Prediction.EPSILON, false)
              .run(gaussian(), x, steps, guidance, 2, StepObserver.NONE);
      Tensor found =
          new MultistepSampler(kernels, 1)
              .run(gaussian(), x, steps, guidance, 2, StepObserver.NONE);
      assertArrayEquals(Tensors.values(expected), Tensors.values(found), 1e-5f);
    }
  }

  @Test
  void higherOrdersComeCloserToTheSolution() {
    double[] ddim = {error(1, 10), error(1, 20), error(1, 40)};
    double[] second = {error(2, 10), error(2, 20), error(2, 40)};
    assertEquals(2, ddim[1] / ddim[2], 0.5); // first order: half the step, half the error
    assertTrue(second[1] / second[2] > 2.8, second[1] + " then " + second[2]);
    assertTrue(second[0] < ddim[1], second[0] + " against " + ddim[1]);
    assertTrue(error(3, 20) < second[1]);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void decodingReturnsWhatWasEncoded(int order) {
    Tensor x = torch.randn(1, 2, 4, 4);
    double[] errors = new double[2];
    for (int i = 0; i < 2; i++) {
      int steps = 20 << i;
      MultistepSampler sampler = new MultistepSampler(kernels, order);
      Tensor noise =
          sampler.run(gaussian(), x, chain(steps).encoding(steps), null, 0, StepObserver.NONE);
      Tensor back =
          sampler.run(gaussian(), noise, chain(steps).decoding(steps), null, 0, StepObserver.NONE);
      errors[i] = back.sub(x).abs().max().item_double();
    }
    assertTrue(errors[0] < 0.05 && errors[1] < errors[0], errors[0] + " then " + errors[1]);
  }

  @Test
  void theWeightsIntegratePolynomialsExactly() {
    double[] sigmas = {2, 1.5, 0.7};
    double[] weights = MultistepSampler.weights(sigmas, 3.1);
    double expected = (Math.pow(3.1, 3) - 8) / 3 / 1.1; // mean of σ² over [2, 3.1]
    double found = 0;
    for (int j = 0; j < 3; j++) {
      found += weights[j] * sigmas[j] * sigmas[j];
    }
    assertEquals(expected, found, 1e-12);
  }

  @Test
  void theOrderIsChecked() {
    assertEquals(
        "order is 4, expected 1, 2 or 3",
        assertThrows(IllegalArgumentException.class, () -> new MultistepSampler(kernels, 4))
            .getMessage());
  }
}
