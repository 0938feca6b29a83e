package dev.hale.diffusion;

import static dev.hale.model.TensorAssert.assertClose;
import static dev.hale.model.TensorAssert.assertIdentical;
import static dev.hale.model.TensorAssert.largestDifference;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.hale.engine.Device;
import dev.hale.engine.Scope;
import dev.hale.engine.kernels.Kernels;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** DDIM on networks whose answers are known. */
class DdimSamplerTest {
  private static final NoiseSchedule LINEAR = NoiseSchedule.linear(1000);

  private final Scope scope = new Scope();
  private final Kernels kernels = Kernels.of(Device.CPU);
  private final Sampling sampler = Sampling.of(kernels, Prediction.EPSILON);

  @BeforeEach
  void seed() {
    torch.manual_seed(20);
  }

  @AfterEach
  void free() {
    scope.close();
  }

  private static DiffusionChain chain(NoiseSchedule schedule, int noiseLevel, int steps) {
    return new DiffusionChain(schedule, TimestepSpacing.upTo(noiseLevel, steps));
  }

  private static Tensor images() {
    return torch.rand(2, 3, 5, 4).mul(new Scalar(2)).sub(new Scalar(1), new Scalar(1));
  }

  @ParameterizedTest
  @CsvSource({
    "linear, EPSILON, 500, 500",
    "linear, EPSILON, 500, 20",
    "linear, EPSILON, 300, 7",
    "linear, EPSILON, 1, 1",
    "linear, X0, 500, 100",
    "linear, X0, 250, 250",
    "linear, X0, 500, 3",
    "linear, V, 500, 100",
    "linear, V, 250, 250",
    "linear, V, 500, 3",
    "cosine, EPSILON, 500, 50",
    "cosine, V, 500, 50",
  })
  void decodingAnEncodedImageReturnsIt(
      String schedule, Prediction prediction, int noiseLevel, int steps) {
    NoiseSchedule betas = NoiseSchedule.named(schedule, 1000);
    DiffusionChain chain = chain(betas, noiseLevel, steps);
    Tensor x = images();
    Tensor epsilon = torch.randn_like(x);
    Denoiser oracle = Analytic.oracle(betas, prediction, epsilon);
    Sampling both = Sampling.of(kernels, prediction);
    Tensor encoded = DdimSampler.DDIM.sample(oracle, x, chain.encoding(steps), both);

    double a = betas.alphasCumprod()[noiseLevel - 1];
    Tensor noised = x.mul(new Scalar(Math.sqrt(a))).add(epsilon.mul(new Scalar(Math.sqrt(1 - a))));
    assertClose(noised, encoded, 1e-5);
    Tensor decoded = DdimSampler.DDIM.sample(oracle, encoded, chain.decoding(steps), both);
    // Beyond a few hundred steps the rounding of the float32 image itself adds up to more.
    assertClose(x, decoded, steps <= 250 ? 1e-5 : 3e-5);
  }

  @Test
  void theThreeParameterisationsAreOneSampler() {
    DiffusionChain chain = chain(LINEAR, 600, 12);
    Tensor x = torch.randn(1, 1, 4, 4);
    Tensor epsilon = torch.randn_like(x);
    Tensor expected =
        DdimSampler.DDIM.sample(
            Analytic.oracle(LINEAR, Prediction.EPSILON, epsilon),
            x,
            chain.decoding(12),
            sampler.guidedBy((xs, t) -> xs.clone(), 3));
    for (Prediction prediction : List.of(Prediction.X0, Prediction.V)) {
      Tensor actual =
          DdimSampler.DDIM.sample(
              Analytic.oracle(LINEAR, prediction, epsilon),
              x,
              chain.decoding(12),
              Sampling.of(kernels, prediction).guidedBy((xs, t) -> xs.clone(), 3));
      assertClose(expected, actual, 1e-4 * expected.abs().max().item_double());
    }
  }

  @Test
  void aLearnedVarianceIsNoBusinessOfDdim() {
    DiffusionChain chain = chain(LINEAR, 400, 10);
    Tensor x = images();
    Tensor plain =
        DdimSampler.DDIM.sample(
            Analytic.gaussian(LINEAR, 0.2, 0.5), x, chain.encoding(10), sampler);
    Tensor learned =
        DdimSampler.DDIM.sample(
            Analytic.gaussian(LINEAR, 0.2, 0.5, 0.7), x, chain.encoding(10), sampler);
    assertIdentical(plain, learned);
  }

  /** One step, 65,536 pixels: 4 standard errors are 2.2 % of the variance. */
  @ParameterizedTest
  @CsvSource({"1.0, 3", "1.0, 9", "0.5, 5"})
  void etaScalesThePosteriorsNoise(double eta, int level) {
    DiffusionChain chain = chain(LINEAR, 1000, 10);
    double current = 0.3;
    double epsilon = -0.8;
    Tensor x = torch.full(new long[] {1, 1, 256, 256}, new Scalar(current));
    ChainStep step = chain.decoding(10).get(9 - level);
    Tensor next =
        DdimSampler.DDIM.sample(
            (xs, t) -> torch.full_like(xs, new Scalar(epsilon)),
            x,
            List.of(step),
            sampler.withNoise(eta, NoiseSource.SHARED));
    double expected = eta * eta * chain.posteriorVariance(level);
    double a = chain.alphaCumprod(level);
    double to = chain.alphaCumprod(level - 1);
    double x0 = (current - Math.sqrt(1 - a) * epsilon) / Math.sqrt(a);
    double mean = Math.sqrt(to) * x0 + Math.sqrt(1 - to - expected) * epsilon;
    assertEquals(expected, next.var().item_double(), expected * 4 * Math.sqrt(2 / 65_536.0));
    assertEquals(mean, next.mean().item_double(), 4 * Math.sqrt(expected / 65_536));
    if (eta == 1) { // then it is the posterior: the same mean as eq. 7 of Ho et al.
      double beta = 1 - a / to;
      double posterior =
          beta * Math.sqrt(to) / (1 - a) * x0 + (1 - to) * Math.sqrt(1 - beta) / (1 - a) * current;
      assertEquals(posterior, mean, 1e-12);
    }
  }

  @Test
  void noiseCannotBeAddedOnTheWayUp() {
    DiffusionChain chain = chain(LINEAR, 100, 5);
    Tensor x = images();
    var thrown =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                DdimSampler.DDIM.sample(
                    Analytic.gaussian(LINEAR, 0, 1),
                    x,
                    chain.encoding(5),
                    sampler.withNoise(1, NoiseSource.SHARED)));
    assertEquals(
        "eta must be 0 in a chain that goes up: noise cannot be added while encoding, eta is 1.0",
        thrown.getMessage());
  }

  @Test
  void noiseComesFromItsSourceAndFromNowhereElse() {
    DiffusionChain chain = chain(LINEAR, 500, 8);
    Denoiser model = Analytic.gaussian(LINEAR, 0.1, 0.5);
    Tensor start = torch.randn(2, 1, 8, 8);
    List<ChainStep> down = chain.decoding(8);
    Tensor[] ends = new Tensor[3];
    torch.manual_seed(5);
    Tensor expected = torch.rand(1);
    torch.manual_seed(5);
    for (int i = 0; i < ends.length; i++) {
      var own = torch.createCPUGenerator(i == 2 ? 8 : 7);
      NoiseSource source =
          x ->
              torch.randn(new long[] {2, 1, 8, 8}, new org.bytedeco.pytorch.GeneratorOptional(own));
      ends[i] = DdimSampler.DDIM.sample(model, start, down, sampler.withNoise(1, source));
    }
    assertIdentical(ends[0], ends[1]);
    assertTrue(largestDifference(ends[0], ends[2]) > 0.1);
    assertIdentical(expected, torch.rand(1));
  }

  @Test
  void aStepThatTakesNoiseNeedsASource() {
    var thrown =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                DdimSampler.DDIM.sample(
                    Analytic.gaussian(LINEAR, 0, 1),
                    images(),
                    chain(LINEAR, 100, 5).decoding(5),
                    sampler.withNoise(0.5, null)));
    assertEquals("eta is 0.5, which takes noise, but its source is null", thrown.getMessage());
  }

  /** The network looks at single pixels, so what lies outside cannot show inside. */
  @Test
  void everyStepIsComposed() {
    int steps = 6;
    DiffusionChain chain = chain(LINEAR, 500, steps);
    Denoiser model = Analytic.gaussian(LINEAR, 0.1, 0.5);
    Tensor start = torch.randn(2, 3, 4, 6);
    Tensor gate = torch.zeros(2, 1, 4, 6);
    gate.narrow(3, 0, 2).fill_(new Scalar(1.0));
    gate.narrow(3, 2, 1).fill_(new Scalar(0.25));
    List<ChainStep> down = chain.decoding(steps);
    TensorVector plain = new TensorVector();
    DdimSampler.DDIM.sample(
        model, start, down, sampler.seenBy((step, x) -> plain.push_back(x.clone())));
    List<ChainStep> asked = new ArrayList<>();
    TensorVector composed = new TensorVector();
    Tensor end =
        DdimSampler.DDIM.sample(
            model,
            start,
            down,
            sampler
                .composedWith(
                    Composing.inside(
                        gate,
                        step -> {
                          asked.add(step);
                          return torch.full_like(start, new Scalar(step.to()));
                        }))
                .seenBy((step, x) -> composed.push_back(x.clone())));
    assertEquals(down, asked);
    for (int i = 0; i < steps; i++) {
      Tensor image = composed.get(i);
      Tensor outside = torch.full_like(start, new Scalar(down.get(i).to()));
      assertIdentical(plain.get(i).narrow(3, 0, 2), image.narrow(3, 0, 2));
      assertIdentical(outside.narrow(3, 3, 3), image.narrow(3, 3, 3));
      assertTrue(largestDifference(outside.narrow(3, 2, 1), image.narrow(3, 2, 1)) > 1e-3);
    }
    assertIdentical(end, composed.get(steps - 1));
  }

  @Test
  void deterministicSamplesOfGaussianDataHaveItsMoments() {
    int steps = 200;
    DiffusionChain chain = chain(LINEAR, 1000, steps);
    Tensor start = torch.randn(4, 1, 64, 64);
    Tensor samples =
        DdimSampler.DDIM.sample(
            Analytic.gaussian(LINEAR, 0.4, 0.5), start, chain.decoding(steps), sampler);
    // 16,384 pixels: 4 standard errors of the mean are 0.016, of the deviation 0.011; the rest of
    // the tolerance is what 200 steps leave of the ODE's error.
    assertEquals(0.4, samples.mean().item_double(), 0.03);
    assertEquals(0.5, samples.std().item_double(), 0.03);
  }

  @Test
  void guidanceMovesTheSampleTowardsTheClass() {
    int steps = 50;
    DiffusionChain chain = chain(LINEAR, 500, steps);
    Denoiser model = Analytic.gaussian(LINEAR, 0, 0.5);
    Tensor start = Analytic.noisyGaussian(chain, steps - 1, 0, 0.5, 2, 1, 16, 16);
    // p(healthy | pixel) = 1 / (1 + exp(2 x)): healthy pixels are dark.
    Guidance dark = (x, t) -> torch.sigmoid(x.mul(new Scalar(2.0))).mul(new Scalar(-2.0));
    double previous =
        DdimSampler.DDIM.sample(model, start, chain.decoding(steps), sampler).mean().item_double();
    for (double scale : new double[] {0.5, 1, 2}) {
      double mean =
          DdimSampler.DDIM
              .sample(model, start, chain.decoding(steps), sampler.guidedBy(dark, scale))
              .mean()
              .item_double();
      assertTrue(mean < previous - 0.02, "scale %s: %s after %s".formatted(scale, mean, previous));
      previous = mean;
    }
  }

  @Test
  void guidanceOfScaleZeroChangesNoBitAndCostsNothing() {
    DiffusionChain chain = chain(LINEAR, 500, 25);
    Denoiser model = Analytic.gaussian(LINEAR, 0.1, 0.5);
    Tensor start = torch.randn(1, 2, 8, 8);
    Tensor unguided = DdimSampler.DDIM.sample(model, start, chain.decoding(25), sampler);
    Guidance unasked = (x, t) -> fail("the gradient was computed for nothing");
    Tensor zero =
        DdimSampler.DDIM.sample(model, start, chain.decoding(25), sampler.guidedBy(unasked, 0));
    assertIdentical(unguided, zero);
  }

  @Test
  void theObserverSeesEveryStepInOrder() {
    int steps = 9;
    DiffusionChain chain = chain(LINEAR, 500, steps);
    List<ChainStep> seen = new ArrayList<>();
    TensorVector images = new TensorVector();
    Tensor end =
        DdimSampler.DDIM.sample(
            Analytic.gaussian(LINEAR, 0.1, 0.5),
            images(),
            chain.encoding(steps),
            sampler.seenBy(
                (step, x) -> {
                  seen.add(step);
                  images.push_back(x.clone());
                }));
    assertEquals(chain.encoding(steps), seen);
    for (int i = 0; i < steps; i++) {
      assertEquals(i, seen.get(i).index());
      assertEquals(steps, seen.get(i).length());
    }
    assertIdentical(end, images.get(steps - 1));
    assertTrue(largestDifference(end, images.get(steps - 2)) > 1e-3);
  }

  @Test
  void theNetworkSeesTheTimestepsOfTheTrainingChain() {
    DiffusionChain chain = chain(LINEAR, 500, 5);
    List<Long> seen = new ArrayList<>();
    Denoiser noting =
        (x, t) -> {
          assertEquals(2, t.size(0));
          seen.add(t.select(0, 1).item_long());
          return torch.zeros_like(x);
        };
    DdimSampler.DDIM.sample(noting, images(), chain.encoding(5), sampler);
    DdimSampler.DDIM.sample(noting, images(), chain.decoding(5), sampler);
    // A clean image has no level of its own: it is shown with the first.
    assertEquals(List.of(99L, 99L, 199L, 299L, 399L, 499L, 399L, 299L, 199L, 99L), seen);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theInputStaysAsItIs(boolean channelsLast) {
    DiffusionChain chain = chain(LINEAR, 500, 5);
    Tensor plain = images();
    Tensor x = channelsLast ? plain.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2) : plain;
    Tensor before = x.clone();
    Tensor result =
        DdimSampler.DDIM.sample(Analytic.gaussian(LINEAR, 0.1, 0.5), x, chain.encoding(5), sampler);
    assertIdentical(before, x);
    assertIdentical(
        DdimSampler.DDIM.sample(
            Analytic.gaussian(LINEAR, 0.1, 0.5), plain, chain.encoding(5), sampler),
        result);
  }

  @Test
  void clampingHoldsThePredictedImageInRange() {
    DiffusionChain chain = chain(LINEAR, 500, 5);
    Sampling clamping = Sampling.of(kernels, Prediction.EPSILON).withClamp(true);
    Tensor x = torch.randn(1, 1, 16, 16).mul(new Scalar(3.0));
    Denoiser silent = (xs, t) -> torch.zeros_like(xs);
    Tensor free = DdimSampler.DDIM.sample(silent, x, chain.decoding(5), sampler);
    Tensor held = DdimSampler.DDIM.sample(silent, x, chain.decoding(5), clamping);
    assertTrue(free.abs().max().item_double() > 2);
    assertTrue(held.abs().max().item_double() <= 1);
  }
}
