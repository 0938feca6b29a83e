package dev.hale.benchmarks;

import dev.hale.engine.Scope;
import dev.hale.engine.kernels.AttributionMapOptions;
import dev.hale.engine.kernels.AttributionPenalty;
import java.util.Arrays;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** The attribution kernels, 16 images of 4 channels, each beside LibTorch's chain for the same. */
public class AttributionBenchmark extends KernelBenchmark {
  private static final int IMAGES = 16;
  private static final double SCALE = 100;
  private static final int RADIUS = 3;

  /** Side of the images. */
  @Param({"96", "256"})
  public int side;

  private float[] alphas;
  private Tensor alpha;
  private Tensor rest;
  private Tensor x;
  private Tensor baseline;
  private Tensor gradient;
  private Tensor points;
  private Tensor sum;
  private Tensor mask;
  private Tensor inside;
  private Tensor brain;
  private Tensor derivative;
  private Tensor map;
  private Tensor down;
  private Tensor across;

  /** Fresh images, and a brain that is half of each. */
  @Setup
  public void images() {
    torch.manual_seed(1);
    alphas = new float[IMAGES];
    for (int n = 0; n < IMAGES; n++) {
      alphas[n] = (n + 0.5f) / IMAGES;
    }
    alpha = Tensor.create(alphas).view(IMAGES, 1, 1, 1);
    rest = alpha.neg().add(new Scalar(1.0));
    x = torch.randn(IMAGES, 4, side, side);
    baseline = torch.randn(IMAGES, 4, side, side);
    gradient = torch.randn(IMAGES, 4, side, side).mul(new Scalar(1 / SCALE));
    points = torch.empty(IMAGES, 4, side, side);
    sum = torch.zeros(1, 4, side, side);
    mask = torch.rand(IMAGES, 1, side, side).gt(new Scalar(0.5)).to(torch.ScalarType.Float);
    inside = mask.expand_as(x);
    brain = mask.squeeze(1).to(torch.ScalarType.Byte);
    derivative = torch.empty(IMAGES, 4, side, side);
    map = torch.empty(IMAGES, side, side);
    double[] weights = new double[2 * RADIUS + 1];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = Math.exp(-(i - RADIUS) * (i - RADIUS) / 2.0);
    }
    double total = Arrays.stream(weights).sum();
    Tensor gauss = Tensor.create(weights).to(torch.ScalarType.Float).div(new Scalar(total));
    down = gauss.view(1, 1, weights.length, 1);
    across = gauss.view(1, 1, 1, weights.length);
  }

  /** Points of the path, ours. */
  @Benchmark
  public void path() {
    kernels.pathPoints(x, baseline, alphas, points);
  }

  /** α x + (1 − α) x'. */
  @Benchmark
  public void pathChain() {
    try (Scope scope = new Scope();
        NoGradGuard noGrad = new NoGradGuard()) {
      x.mul(alpha).add(baseline.mul(rest));
    }
  }

  /** Sum of gradient × difference over the path, ours. */
  @Benchmark
  public void accumulation() {
    kernels.accumulate(gradient, x, baseline, alphas, sum);
  }

  /** Σ w g (x − x'). */
  @Benchmark
  public void accumulationChain() {
    try (Scope scope = new Scope();
        NoGradGuard noGrad = new NoGradGuard()) {
      sum.add_(gradient.mul(x.sub(baseline)).mul(alpha).sum(0).unsqueeze(0));
    }
  }

  /** The constraint's means and their derivatives, ours. */
  @Benchmark
  public void constraint() {
    kernels.constraint(
        gradient,
        inside,
        new AttributionPenalty(AttributionPenalty.Cost.SOFTPLUS, SCALE),
        derivative);
  }

  /** softplus(k A) averaged over the mask, and its backward pass. */
  @Benchmark
  public void constraintChain() {
    try (Scope scope = new Scope()) {
      Tensor leaf = gradient.detach();
      leaf.set_requires_grad(true);
      Tensor cost = torch.softplus(leaf.mul(new Scalar(SCALE))).mul(inside);
      cost.flatten(1, -1).sum(1).div(inside.flatten(1, -1).sum(1)).sum().backward();
    }
  }

  /** The blurred map, ours. */
  @Benchmark
  public void map() {
    kernels.attributionMap(gradient, brain, new AttributionMapOptions(true, 1, false), map);
  }

  /** Channels summed, their positive part blurred inside the mask by convolutions. */
  @Benchmark
  public void mapChain() {
    try (Scope scope = new Scope();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor evidence =
          gradient.sum(new long[] {1}, true, new org.bytedeco.pytorch.ScalarTypeOptional());
      Tensor blurred = blur(evidence.clamp_min(new Scalar(0.0)).mul(mask));
      blurred.div(blur(mask).clamp_min(new Scalar(1e-6))).mul(mask);
    }
  }

  private Tensor blur(Tensor images) {
    return convolve(convolve(images, down, RADIUS, 0), across, 0, RADIUS);
  }

  private static Tensor convolve(Tensor images, Tensor weight, long high, long wide) {
    return torch.conv2d(
        images,
        weight,
        new TensorOptional(),
        new long[] {1, 1},
        new long[] {high, wide},
        new long[] {1, 1},
        1);
  }
}
