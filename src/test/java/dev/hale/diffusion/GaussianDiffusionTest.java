package dev.hale.diffusion;

import static dev.hale.model.TensorAssert.assertClose;
import static dev.hale.model.TensorAssert.assertIdentical;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.engine.Scope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The equations of the forward process and the losses, against what they mean. */
class GaussianDiffusionTest {
  private final Scope scope = new Scope();

  @BeforeEach
  void seed() {
    torch.manual_seed(6);
  }

  @AfterEach
  void free() {
    scope.close();
  }

  private static GaussianDiffusion diffusion(Prediction prediction, Variance variance) {
    return new GaussianDiffusion(
        new DiffusionChain(NoiseSchedule.linear(1000), ReferenceSpacing.parse("50", 1000)),
        prediction,
        variance);
  }

  private static Tensor levels(long... levels) {
    return torch.tensor(levels);
  }

  /** q(x_{i-1} | x_i, x_0) ∝ q(x_i | x_{i-1}) q(x_{i-1} | x_0), both normal: add precisions. */
  @ParameterizedTest
  @CsvSource({"1", "7", "30", "49"})
  void thePosteriorIsBayesRule(int level) {
    GaussianDiffusion diffusion = diffusion(Prediction.EPSILON, Variance.FIXED_SMALL);
    DiffusionChain chain = diffusion.chain();
    double previous = chain.alphaCumprod(level - 1);
    double alpha = chain.alphaCumprod(level) / previous;
    double x0 = -0.4;
    double xt = 0.9;
    double precision = alpha / (1 - alpha) + 1 / (1 - previous);
    double mean =
        (Math.sqrt(alpha) * xt / (1 - alpha) + Math.sqrt(previous) * x0 / (1 - previous))
            / precision;
    assertEquals(1 / precision, chain.posteriorVariance(level), 1e-12 / precision);
    assertEquals(-Math.log(precision), chain.posteriorLogVariance(level), 1e-9);
    Tensor computed = diffusion.posteriorMean(pixel(x0), pixel(xt), levels(level));
    assertEquals(mean, computed.item_double(), 2e-6);
  }

  /**
   * Whatever the network predicts, the min-SNR loss is min(SNR, γ) times the squared error of x̂0
   * (Hang et al. 2023, section 3.4).
   */
  @ParameterizedTest
  @EnumSource(Prediction.class)
  void minSnrWeightsMakeAllPredictionsOneLoss(Prediction prediction) {
    GaussianDiffusion diffusion = diffusion(prediction, Variance.FIXED_SMALL);
    double x0 = -0.4;
    double guess = 0.1;
    double noise = 0.8;
    double[] ratios = new double[2];
    for (int level : new int[] {2, 12, 30, 49}) {
      double signal = Math.sqrt(diffusion.chain().alphaCumprod(level));
      double spread = Math.sqrt(1 - diffusion.chain().alphaCumprod(level));
      double guessedNoise = (signal * x0 + spread * noise - signal * guess) / spread;
      double predicted =
          switch (prediction) {
            case EPSILON -> guessedNoise;
            case X0 -> guess;
            case V -> signal * guessedNoise - spread * guess;
          };
      Tensor xt = diffusion.qSample(pixel(x0), levels(level), pixel(noise));
      double mse =
          diffusion
              .losses(pixel(predicted), pixel(x0), xt, levels(level), pixel(noise))
              .mse()
              .item_double();
      double snr = signal * signal / (spread * spread);
      double expected = Math.min(snr, 5) * (x0 - guess) * (x0 - guess);
      double weight = diffusion.minSnrWeights(levels(level), 5).item_double();
      assertEquals(expected, weight * mse, 1e-4 * expected, "level " + level);
      ratios[snr > 5 ? 1 : 0]++;
    }
    assertTrue(ratios[0] > 0 && ratios[1] > 0, "one side of γ is not tested");
  }

  private static Tensor pixel(double value) {
    return torch.full(new long[] {1, 1, 1, 1}, new Scalar(value));
  }

  @Test
  void theFirstLevelsPosteriorIsTheImageItself() {
    GaussianDiffusion diffusion = diffusion(Prediction.EPSILON, Variance.FIXED_SMALL);
    assertEquals(0, diffusion.chain().posteriorVariance(0));
    assertEquals(
        -0.25, diffusion.posteriorMean(pixel(-0.25), pixel(3), levels(0)).item_double(), 1e-6);
    assertEquals(
        diffusion.chain().posteriorLogVariance(1), diffusion.chain().posteriorLogVariance(0));
  }

  @ParameterizedTest
  @EnumSource(Prediction.class)
  void predictingTheTargetPredictsTheImage(Prediction prediction) {
    GaussianDiffusion diffusion = diffusion(prediction, Variance.FIXED_SMALL);
    Tensor x0 = torch.rand(4, 2, 3, 3).mul(new Scalar(2)).sub(new Scalar(1), new Scalar(1));
    Tensor noise = torch.randn_like(x0);
    Tensor levels = levels(0, 10, 25, 30);
    Tensor xt = diffusion.qSample(x0, levels, noise);
    Tensor target = diffusion.target(x0, levels, noise);
    assertClose(x0, diffusion.predictX0(xt, levels, target), 1e-5);
    Tensor mse = diffusion.losses(target, x0, xt, levels, noise).mse();
    assertEquals(0, mse.abs().max().item_double());
  }

  @Test
  void noisingKeepsTheVarianceOfUnitData() {
    GaussianDiffusion diffusion = diffusion(Prediction.EPSILON, Variance.FIXED_SMALL);
    Tensor x0 = torch.randn(3, 1, 128, 128);
    Tensor xt = diffusion.qSample(x0, levels(0, 20, 49), torch.randn_like(x0));
    for (int n = 0; n < 3; n++) { // 4 standard errors of 16,384 pixels
      assertEquals(1, xt.select(0, n).var().item_double(), 4 * Math.sqrt(2 / 16_384.0));
    }
  }

  @Test
  void withoutLearnedVarianceThereIsNoVariationalTerm() {
    GaussianDiffusion diffusion = diffusion(Prediction.V, Variance.FIXED_LARGE);
    Tensor x0 = torch.rand(2, 1, 4, 4);
    Tensor noise = torch.randn_like(x0);
    Tensor xt = diffusion.qSample(x0, levels(3, 40), noise);
    var losses = diffusion.losses(torch.zeros_like(x0), x0, xt, levels(3, 40), noise);
    assertNull(losses.vlb());
    assertIdentical(losses.mse(), losses.total());
    Tensor target = diffusion.target(x0, levels(3, 40), noise);
    assertClose(target.mul(target).flatten(1, -1).mean(1), losses.mse(), 1e-6);
  }

  @Test
  void theTruePosteriorHasNoDivergenceFromItself() {
    GaussianDiffusion diffusion = diffusion(Prediction.EPSILON, Variance.LEARNED_RANGE);
    Tensor x0 = torch.rand(2, 1, 8, 8);
    Tensor noise = torch.randn_like(x0);
    Tensor levels = levels(5, 35);
    Tensor xt = diffusion.qSample(x0, levels, noise);
    Tensor small = torch.full_like(noise, new Scalar(-1));
    Tensor large = torch.full_like(noise, new Scalar(1));
    Tensor exact =
        diffusion.losses(torch.cat(new TensorVector(noise, small), 1), x0, xt, levels, noise).vlb();
    assertClose(torch.zeros(2), exact, 1e-5);
    // With β for β̃: (ln(β/β̃) - 1 + β̃/β) / 2, in bits.
    Tensor wide =
        diffusion.losses(torch.cat(new TensorVector(noise, large), 1), x0, xt, levels, noise).vlb();
    for (int n = 0; n < 2; n++) {
      int level = n == 0 ? 5 : 35;
      double ratio = diffusion.chain().beta(level) / diffusion.chain().posteriorVariance(level);
      double bits = (Math.log(ratio) - 1 + 1 / ratio) / 2 / Math.log(2);
      assertEquals(bits, wide.select(0, n).item_double(), 1e-3 * bits + 1e-5);
    }
  }

  /** At level 0 the bound is the likelihood of 8-bit values: inner pixels, and both ends. */
  @ParameterizedTest
  @CsvSource({"0.2", "-1.0", "1.0"})
  void theLastTermIsTheLikelihoodOfPixelValues(double value) {
    GaussianDiffusion diffusion = diffusion(Prediction.X0, Variance.LEARNED_RANGE);
    Tensor x0 = pixel(value);
    double predicted = value * 0.995;
    Tensor output = torch.cat(new TensorVector(pixel(predicted), pixel(0)), 1);
    double bits = diffusion.losses(output, x0, pixel(0.5), levels(0), pixel(0)).vlb().item_double();
    DiffusionChain chain = diffusion.chain();
    double deviation = Math.exp((Math.log(chain.beta(0)) + chain.posteriorLogVariance(0)) / 4);
    double below = cdf((value - predicted - 1 / 255.0) / deviation);
    double above = cdf((value - predicted + 1 / 255.0) / deviation);
    double mass = value < -0.999 ? above : value > 0.999 ? 1 - below : above - below;
    assertEquals(-Math.log(mass) / Math.log(2), bits, 1e-3);
  }

  private static double cdf(double x) {
    return 0.5 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
  }

  @Test
  void theVariationalTermTrainsTheVarianceOnly() {
    GaussianDiffusion diffusion = diffusion(Prediction.EPSILON, Variance.LEARNED_RANGE);
    Tensor x0 = torch.rand(2, 1, 4, 4);
    Tensor noise = torch.randn_like(x0);
    Tensor levels = levels(0, 35);
    Tensor xt = diffusion.qSample(x0, levels, noise);
    Tensor output = torch.randn(2, 2, 4, 4).tanh().detach().requires_grad_(true);
    diffusion.losses(output, x0, xt, levels, noise).vlb().sum().backward();
    Tensor gradient = output.grad();
    assertEquals(0, gradient.narrow(1, 0, 1).abs().max().item_double());
    for (int n = 0; n < 2; n++) {
      assertTrue(gradient.narrow(1, 1, 1).select(0, n).abs().max().item_double() > 1e-6);
    }
  }

  @ParameterizedTest
  @CsvSource({"-1.0", "0.0", "1.0"})
  void learnedVarianceLiesBetweenTheFixedOnes(double place) {
    Tensor levels = levels(0, 20, 49);
    Tensor xt = torch.randn(3, 1, 2, 2);
    Tensor output =
        torch.cat(
            new TensorVector(torch.randn(3, 1, 2, 2), torch.full_like(xt, new Scalar(place))), 1);
    var learned =
        diffusion(Prediction.EPSILON, Variance.LEARNED_RANGE).reverse(output, xt, levels, false);
    var small =
        diffusion(Prediction.EPSILON, Variance.FIXED_SMALL).reverse(output, xt, levels, false);
    DiffusionChain chain = diffusion(Prediction.EPSILON, Variance.FIXED_SMALL).chain();
    for (int n = 0; n < 3; n++) {
      int level = (int) levels.select(0, n).item_long();
      double low = chain.posteriorLogVariance(level);
      double high = Math.log(chain.beta(level));
      double expected = low + (place + 1) / 2 * (high - low);
      assertEquals(expected, learned.logVariance().select(0, n).mean().item_double(), 1e-5 * -low);
      assertEquals(low, small.logVariance().select(0, n).mean().item_double(), 1e-5 * -low);
    }
    assertIdentical(small.mean(), learned.mean());
  }
}
