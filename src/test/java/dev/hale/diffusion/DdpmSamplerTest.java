package dev.hale.diffusion;

import static dev.hale.model.TensorAssert.assertClose;
import static dev.hale.model.TensorAssert.assertIdentical;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

/** Ancestral sampling on data whose denoiser is known, and against the plain formula. */
class DdpmSamplerTest {
  private static final NoiseSchedule LINEAR = NoiseSchedule.linear(1000);
  private static final double MEAN = 0.3;
  private static final double DEVIATION = 0.5;

  private final Scope scope = new Scope();
  private final Kernels kernels = Kernels.of(Device.CPU);

  @BeforeEach
  void seed() {
    torch.manual_seed(8);
  }

  @AfterEach
  void free() {
    scope.close();
  }

  private static DiffusionChain chain(String spacing) {
    return new DiffusionChain(LINEAR, ReferenceSpacing.parse(spacing, 1000));
  }

  private Sampling how(Prediction prediction, Variance variance, boolean clamp) {
    return Sampling.of(kernels, prediction)
        .withVariance(variance)
        .withClamp(clamp)
        .withNoise(0, NoiseSource.SHARED);
  }

  private Tensor sample(DiffusionChain chain, Variance variance, double place, long side) {
    Denoiser model =
        variance == Variance.LEARNED_RANGE
            ? Analytic.gaussian(LINEAR, MEAN, DEVIATION, place)
            : Analytic.gaussian(LINEAR, MEAN, DEVIATION);
    int levels = chain.length();
    Tensor start = Analytic.noisyGaussian(chain, levels - 1, MEAN, DEVIATION, 4, 1, side, side);
    return DdpmSampler.DDPM.sample(
        model, start, chain.decoding(levels), how(Prediction.EPSILON, variance, false));
  }

  /**
   * Twenty coarse steps, where β and β̃ differ much: the moments are those that the linear
   * recursion has in double precision, to 4 standard errors of 65,536 pixels (mean 0.8 % of the
   * deviation, variance 2.2 %).
   */
  @ParameterizedTest
  @CsvSource({
    "FIXED_SMALL, 0, false",
    "FIXED_LARGE, 0, true",
    "LEARNED_RANGE, -1, false",
    "LEARNED_RANGE, 1, true"
  })
  void momentsOfAShortChainAreThoseOfTheEquations(Variance variance, double place, boolean large) {
    DiffusionChain chain = chain("20");
    Tensor samples = sample(chain, variance, place, 128);
    double mean = Math.sqrt(chain.alphaCumprod(19)) * MEAN;
    double spread = chain.alphaCumprod(19) * DEVIATION * DEVIATION + 1 - chain.alphaCumprod(19);
    for (int level = 19; level >= 0; level--) {
      double a = chain.alphaCumprod(level);
      double previous = chain.alphaCumprod(level - 1);
      double beta = 1 - a / previous;
      double gain = Math.sqrt(a) * DEVIATION * DEVIATION / (a * DEVIATION * DEVIATION + 1 - a);
      double fromX0 = Math.sqrt(previous) * beta / (1 - a);
      double factor =
          fromX0 * gain + Math.sqrt(1 - beta) * (1 - previous) / (1 - a); // of x in the mean
      mean = factor * mean + fromX0 * MEAN * (1 - Math.sqrt(a) * gain);
      double added = large ? beta : beta * (1 - previous) / (1 - a);
      spread = factor * factor * spread + (level == 0 ? 0 : added);
    }
    assertEquals(mean, samples.mean().item_double(), 4 * Math.sqrt(spread / 65_536));
    assertEquals(spread, samples.var().item_double(), 4 * spread * Math.sqrt(2 / 65_536.0));
  }

  /** All 1000 steps; 16,384 pixels: 4 standard errors are 0.016 (mean) and 4.4 % (variance). */
  @ParameterizedTest
  @CsvSource({"FIXED_SMALL", "FIXED_LARGE"})
  void samplesOfTheWholeChainHaveTheDatasMoments(Variance variance) {
    Tensor samples = sample(chain(""), variance, 0, 64);
    assertEquals(MEAN, samples.mean().item_double(), 0.016);
    assertEquals(DEVIATION * DEVIATION, samples.var().item_double(), 0.05 * DEVIATION * DEVIATION);
  }

  @ParameterizedTest
  @CsvSource({
    "EPSILON, FIXED_SMALL, 4, false, 2",
    "EPSILON, FIXED_LARGE, 4, true, 2",
    "EPSILON, LEARNED_RANGE, 4, false, 2",
    "EPSILON, LEARNED_RANGE, 10, true, 0",
    "EPSILON, LEARNED_RANGE, 1, false, 2",
    "EPSILON, FIXED_LARGE, 1, false, 2",
    "X0, FIXED_SMALL, 4, true, 2",
    "V, LEARNED_RANGE, 4, true, 2",
  })
  void theFusedStepIsThePlainFormula(
      Prediction prediction, Variance variance, int levels, boolean clamp, double scale) {
    GaussianDiffusion diffusion = new GaussianDiffusion(chain("10"), prediction, variance);
    Tensor x = torch.randn(2, 3, 6, 5);
    Tensor output = torch.randn(2, variance == Variance.LEARNED_RANGE ? 6 : 3, 6, 5);
    if (variance == Variance.LEARNED_RANGE) {
      output.narrow(1, 3, 3).tanh_();
    }
    Tensor gradient = torch.randn_like(x);
    TensorVector after = new TensorVector();
    torch.manual_seed(5);
    DdpmSampler.DDPM.sample(
        (xs, t) -> output,
        x,
        diffusion.chain().decoding(levels),
        how(prediction, variance, clamp)
            .guidedBy((xs, t) -> gradient, scale)
            .seenBy((step, image) -> after.push_back(image.clone())));

    Tensor at = torch.full(new long[] {2}, new Scalar(levels - 1)).to(torch.ScalarType.Long);
    var reverse = diffusion.reverse(output, x, at, clamp);
    Tensor expected =
        reverse.mean().add(reverse.logVariance().exp().mul(gradient).mul(new Scalar(scale)));
    if (levels > 1) { // the last step adds no noise
      torch.manual_seed(5);
      Tensor deviation = reverse.logVariance().mul(new Scalar(0.5)).exp();
      expected = expected.add(deviation.mul(torch.randn_like(x)));
    }
    assertEquals(levels, after.size());
    assertClose(expected, after.get(0), 1e-5 * expected.abs().max().item_double());
  }

  @Test
  void guidanceMovesTheSampleTowardsTheClass() {
    DiffusionChain chain = chain("50");
    Sampling how = how(Prediction.EPSILON, Variance.FIXED_SMALL, false);
    Tensor start = torch.randn(1, 1, 32, 32);
    Guidance dark = (x, t) -> torch.sigmoid(x.mul(new Scalar(2.0))).mul(new Scalar(-2.0));
    double[] means = new double[3];
    for (int i = 0; i < 3; i++) {
      torch.manual_seed(9); // the same noise, so that only the guidance differs
      means[i] =
          DdpmSampler.DDPM
              .sample(
                  Analytic.gaussian(LINEAR, 0, DEVIATION),
                  start,
                  chain.decoding(50),
                  how.guidedBy(dark, i))
              .mean()
              .item_double();
    }
    assertTrue(
        means[1] < means[0] - 0.05 && means[2] < means[1] - 0.05,
        List.of(means[0], means[1], means[2]).toString());
  }

  @Test
  void theInputStaysAndTheObserverSeesEveryStep() {
    DiffusionChain chain = chain("ddim10");
    Tensor start = torch.randn(1, 2, 4, 4);
    Tensor before = start.clone();
    List<Integer> timesteps = new ArrayList<>();
    DdpmSampler.DDPM.sample(
        Analytic.gaussian(LINEAR, 0, 1),
        start,
        chain.decoding(4),
        how(Prediction.EPSILON, Variance.FIXED_LARGE, true)
            .seenBy((step, x) -> timesteps.add(step.timestep())));
    assertIdentical(before, start);
    assertEquals(List.of(300, 200, 100, 0), timesteps);
  }
}
