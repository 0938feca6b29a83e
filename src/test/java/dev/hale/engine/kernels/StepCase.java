package dev.hale.engine.kernels;

import java.util.Random;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * One random denoising step: sizes, layouts, coefficients and values all follow from a seed, so
 * that a failure is reproduced by its seed.
 */
final class StepCase {
  private static final long[] SIDES = {1, 2, 3, 5, 8, 13, 17, 32, 47, 64};

  final StepCoefficients c;
  final Tensor x;
  final Tensor output;
  final Tensor gradient;
  final Tensor noise;
  final Tensor next;
  final Tensor predX0;
  final Composition composition;

  StepCase(long seed) {
    var random = new Random(seed);
    torch.manual_seed(seed);
    int n = 1 + random.nextInt(3);
    // Beyond 256 channels, channels-last is walked in another way.
    long channels = random.nextInt(12) == 0 ? 300L : 1L + random.nextInt(6);
    int sides = channels == 300 ? 5 : SIDES.length;
    long height = SIDES[random.nextInt(sides)];
    long width = SIDES[random.nextInt(sides)];
    boolean learned = random.nextBoolean();
    boolean guided = random.nextBoolean();
    boolean noisy = random.nextBoolean();
    c = coefficients(random, learned, guided, noisy);

    // Half the cases are of one layout throughout, the kernels' fast paths; the rest is a mixture.
    Layout common = random.nextBoolean() ? Layout.ofResult(random) : null;
    long outputChannels = learned || random.nextInt(4) == 0 ? 2 * channels : channels;
    x = input(random, common, n, channels, height, width);
    Tensor predicted = torch.randn(n, outputChannels, height, width);
    if (outputChannels > channels) {
      predicted.narrow(1, channels, channels).tanh_(); // a position in [-1, 1]
    }
    output = inputLayout(random, common).of(predicted);
    gradient =
        guided || random.nextBoolean() ? input(random, common, n, channels, height, width) : null;
    noise =
        noisy || random.nextBoolean() ? input(random, common, n, channels, height, width) : null;
    next = resultLayout(random, common).empty(n, channels, height, width);
    predX0 =
        random.nextBoolean()
            ? resultLayout(random, common).empty(n, channels, height, width)
            : null;
    composition =
        random.nextBoolean()
            ? new Composition(
                inputLayout(random, common).of(gate(n, height, width)),
                input(random, common, n, channels, height, width))
            : null;
  }

  StepOutputs outputs() {
    return new StepOutputs(next, predX0, composition);
  }

  /** A quarter of it 0, a quarter 1, some of it beyond. */
  private static Tensor gate(long n, long h, long w) {
    Tensor drawn = torch.rand(n, 1, h, w).mul_(new Scalar(2)).sub_(new Scalar(0.5));
    Tensor held = drawn.clamp_min(new Scalar(0.0)).clamp_max(new Scalar(1.0));
    return held.where(torch.rand(n, 1, h, w).gt(new Scalar(0.1)), drawn);
  }

  private static Tensor input(Random random, Layout common, long n, long c, long h, long w) {
    return inputLayout(random, common).of(torch.randn(n, c, h, w));
  }

  private static Layout inputLayout(Random random, Layout common) {
    return common != null ? common : Layout.ofInput(random);
  }

  private static Layout resultLayout(Random random, Layout common) {
    return common != null ? common : Layout.ofResult(random);
  }

  /** A step of a real chain, so that x̂0 and ε̂ explain x together, as the equations suppose. */
  private static StepCoefficients coefficients(
      Random random, boolean learned, boolean guided, boolean noisy) {
    double a = 0.02 + 0.96 * random.nextDouble();
    double aNext = 0.02 + 0.97 * random.nextDouble();
    double signal = Math.sqrt(a);
    double sigma = Math.sqrt(1 - a);
    double[] weights =
        switch (random.nextInt(3)) {
          case 0 -> new double[] {1 / signal, -sigma / signal, 0, 1};
          case 1 -> new double[] {0, 1, 1 / sigma, -signal / sigma};
          default -> new double[] {signal, -sigma, sigma, signal};
        };
    boolean ddpm = random.nextBoolean();
    double logVariance = Math.log(1e-4 + 0.02 * random.nextDouble());
    return new StepCoefficients(
        new StepCoefficients.Estimate(weights[0], weights[1]),
        new StepCoefficients.Estimate(weights[2], weights[3]),
        StepCoefficients.Level.of(a),
        random.nextBoolean(),
        guided && !ddpm ? 10 * random.nextDouble() * sigma : 0,
        learned
            ? new StepCoefficients.VarianceRange(
                logVariance - 2 * random.nextDouble() - (random.nextInt(10) == 0 ? 300 : 0),
                logVariance)
            : null,
        new StepCoefficients.Next(
            ddpm ? 0.5 * Math.sqrt(aNext) : Math.sqrt(aNext),
            ddpm ? 0.5 : 0,
            ddpm ? 0 : Math.sqrt(1 - aNext),
            guided && ddpm ? 10 * random.nextDouble() : 0,
            noisy ? (ddpm ? 1 : 0.1) : 0));
  }
}
