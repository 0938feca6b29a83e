package dev.hale.diffusion;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.engine.Device;
import dev.hale.engine.Scope;
import dev.hale.engine.Tensors;
import dev.hale.engine.kernels.Kernels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Chains with few calls against DDIM with a call in every step. */
class SparseDdimSamplerTest {
  private static final double VARIANCE = 0.25;
  private static final double[] ALPHAS = NoiseSchedule.named("linear", 1000).alphasCumprod();
  private final Kernels kernels = Kernels.of(Device.CPU);
  private final Sampling sparse = Sampling.of(kernels, Prediction.EPSILON);
  private final Sampling ddim = Sampling.of(kernels, Prediction.EPSILON);

  private static List<ChainStep> chain(int steps, boolean up) {
    DiffusionChain chain =
        new DiffusionChain(NoiseSchedule.named("linear", 1000), TimestepSpacing.upTo(400, steps));
    return up ? chain.encoding(steps) : chain.decoding(steps);
  }

  private static double alpha(Tensor timesteps) {
    return ALPHAS[(int) timesteps.select(0, 0).item_long()];
  }

  /** The exact ε̂ of images drawn from a normal distribution: linear in x. */
  private static Denoiser gaussian() {
    return (x, timesteps) -> {
      double a = alpha(timesteps);
      return x.mul(new Scalar(Math.sqrt(1 - a) / (a * VARIANCE + 1 - a)));
    };
  }

  private static Tensor run(
      Sampling sampler, Denoiser model, Tensor x, List<ChainStep> chain, int calls) {
    return SparseDdimSampler.SPARSE_DDIM.sample(model, x, chain, sampler.withCalls(calls));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void withACallInEveryStepItIsDdim(boolean up) {
    try (Scope scope = new Scope()) {
      Tensor x = torch.randn(2, 3, 6, 5);
      Guidance guidance = (image, timesteps) -> image.mul(new Scalar(0.1));
      List<ChainStep> steps = chain(7, up);
      Tensor want = DdimSampler.DDIM.sample(gaussian(), x, steps, ddim.guidedBy(guidance, 2));
      Tensor got =
          SparseDdimSampler.SPARSE_DDIM.sample(
              gaussian(), x, steps, sparse.withCalls(7).guidedBy(guidance, 2));
      assertArrayEquals(Tensors.values(want), Tensors.values(got), 1e-5f);
    }
  }

  /** Two calls know a straight line: all steps between and beyond them are right. */
  @ParameterizedTest
  @CsvSource({"true, 2", "true, 5", "false, 2", "false, 5"})
  void noiseOnALineIsFollowedExactly(boolean up, int calls) {
    try (Scope scope = new Scope()) {
      Tensor x = torch.randn(1, 2, 4, 3);
      List<ChainStep> steps = chain(40, up);
      Denoiser line =
          (image, timesteps) -> {
            double a = up && image.equal(x) ? 1 : alpha(timesteps);
            return torch.full_like(image, new Scalar(0.7 - 0.4 * Math.acos(Math.sqrt(a))));
          };
      Tensor want = DdimSampler.DDIM.sample(line, x, steps, ddim);
      assertArrayEquals(
          Tensors.values(want), Tensors.values(run(sparse, line, x, steps, calls)), 1e-5f);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void moreCallsComeQuicklyCloserToTheSameChain(boolean up) {
    try (Scope scope = new Scope()) {
      Tensor x = torch.ones(1, 1, 2, 2);
      List<ChainStep> steps = chain(400, up);
      double want = value(DdimSampler.DDIM.sample(gaussian(), x, steps, ddim));
      double[] errors =
          Arrays.stream(new int[] {10, 20, 40})
              .mapToDouble(
                  calls -> Math.abs(value(run(sparse, gaussian(), x, steps, calls)) - want))
              .toArray();
      assertTrue(errors[0] > 4 * errors[1] && errors[1] > 4 * errors[2], Arrays.toString(errors));
      List<ChainStep> few = chain(40, up);
      double shortChain = value(DdimSampler.DDIM.sample(gaussian(), x, few, ddim));
      assertTrue(errors[2] < 0.05 * Math.abs(shortChain - want), Arrays.toString(errors));
    }
  }

  /** Up to pure noise, where σ is 20 000 and its last step doubles it. */
  @Test
  void theLastStepsBeforePureNoiseStayByTheChain() {
    try (Scope scope = new Scope()) {
      DiffusionChain cosine =
          new DiffusionChain(NoiseSchedule.named("cosine", 1000), TimestepSpacing.upTo(1000, 250));
      double[] alphas = NoiseSchedule.named("cosine", 1000).alphasCumprod();
      Denoiser model =
          (x, timesteps) -> {
            double a = alphas[(int) timesteps.select(0, 0).item_long()];
            return x.mul(new Scalar(Math.sqrt(1 - a) / (a * VARIANCE + 1 - a)));
          };
      Tensor x = torch.ones(1, 1, 2, 2);
      Tensor noise = run(sparse, model, x, cosine.encoding(250), 24);
      Tensor wanted = DdimSampler.DDIM.sample(model, x, cosine.encoding(250), ddim);
      assertEquals(value(wanted), value(noise), 0.05);
      double back = value(run(sparse, model, noise, cosine.decoding(250), 24));
      Tensor wantedBack = DdimSampler.DDIM.sample(model, wanted, cosine.decoding(250), ddim);
      assertEquals(value(wantedBack), back, 0.02);
    }
  }

  private static double value(Tensor x) {
    return Tensors.values(x)[0];
  }

  @ParameterizedTest
  @CsvSource({"X0, true", "X0, false", "V, true", "V, false"})
  void whateverTheNetworkPredicts(Prediction prediction, boolean up) {
    try (Scope scope = new Scope()) {
      Tensor x = torch.randn(1, 2, 4, 4);
      Denoiser model =
          (image, timesteps) -> {
            double a = alpha(timesteps);
            Tensor epsilon = gaussian().predict(image, timesteps);
            Tensor x0 =
                image.sub(epsilon, new Scalar(Math.sqrt(1 - a))).mul(new Scalar(1 / Math.sqrt(a)));
            return switch (prediction) {
              case EPSILON -> epsilon;
              case X0 -> x0;
              case V -> epsilon.mul(new Scalar(Math.sqrt(a))).sub(x0, new Scalar(Math.sqrt(1 - a)));
            };
          };
      Tensor want = run(sparse, gaussian(), x, chain(40, up), 8);
      Tensor got = run(Sampling.of(kernels, prediction), model, x, chain(40, up), 8);
      assertArrayEquals(Tensors.values(want), Tensors.values(got), 2e-5f);
    }
  }

  @Test
  void imagesLieInMemoryAsTheyCame() {
    try (Scope scope = new Scope()) {
      Tensor x = torch.randn(2, 3, 5, 4);
      Denoiser watching =
          (image, timesteps) -> {
            assertEquals(1, image.stride(1));
            return gaussian().predict(image, timesteps);
          };
      Tensor want = run(sparse, gaussian(), x, chain(9, false), 4);
      Tensor got =
          run(sparse, watching, x.contiguous(MemoryFormat.ChannelsLast), chain(9, false), 4);
      assertEquals(1, got.stride(1));
      assertTrue(got.equal(want));
    }
  }

  @Test
  void theNetworkIsCalledWhereItIsSaidAndNowhereElse() {
    try (Scope scope = new Scope()) {
      List<ChainStep> steps = chain(25, true);
      List<Integer> asked = new ArrayList<>();
      List<ChainStep> seen = new ArrayList<>();
      Denoiser watching =
          (image, timesteps) -> {
            asked.add((int) timesteps.select(0, 0).item_long());
            return gaussian().predict(image, timesteps);
          };
      Tensor x = torch.randn(1, 1, 3, 3);
      SparseDdimSampler.SPARSE_DDIM.sample(
          watching, x, steps, sparse.withCalls(10).seenBy((step, image) -> seen.add(step)));
      int[] places = SparseDdimSampler.places(steps, 10);
      for (int k = 0; k < 10; k++) {
        ChainStep first = steps.get(places[k]);
        ChainStep last = steps.get(places[k + 1] - 1);
        assertEquals(first.timestep(), asked.get(k));
        assertEquals(
            new ChainStep(
                first.timestep(), first.seen(), first.from(), last.to(), Double.NaN, k, 10),
            seen.get(k));
      }
      assertEquals(10, asked.size());
      assertEquals(10, seen.size());
    }
  }

  @Test
  void callsAreCloserTowardsTheCleanImage() {
    int[] up = SparseDdimSampler.places(chain(25, true), 10);
    assertArrayEquals(new int[] {0, 1, 2, 4, 6, 8, 11, 14, 17, 21, 25}, up);
    int[] down = SparseDdimSampler.places(chain(25, false), 10);
    for (int k = 0; k <= 10; k++) {
      assertEquals(25, up[k] + down[10 - k]);
    }
    for (int steps = 1; steps < 40; steps++) {
      for (int calls = 1; calls <= steps; calls++) {
        int[] places = SparseDdimSampler.places(chain(steps, true), calls);
        assertEquals(steps, places[calls]);
        for (int k = 0; k < calls; k++) {
          assertTrue(places[k] < places[k + 1]);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 8})
  void thereMustBeAStepForEachCall(int calls) {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> SparseDdimSampler.places(chain(7, true), calls))
            .getMessage();
    assertEquals("the network cannot be called in " + calls + " of 7 steps", message);
  }
}
