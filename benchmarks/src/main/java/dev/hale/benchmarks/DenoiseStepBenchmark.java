package dev.hale.benchmarks;

import dev.hale.engine.Scope;
import dev.hale.engine.kernels.Composition;
import dev.hale.engine.kernels.StepCoefficients;
import dev.hale.engine.kernels.StepOutputs;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * One guided DDIM step: fused, as a chain of LibTorch operations, and a copy of as many bytes; and
 * composed inside a gate, by the kernel and by LibTorch after it.
 */
public class DenoiseStepBenchmark extends KernelBenchmark {
  private static final double SIGNAL = Math.sqrt(0.5);
  private static final double SCALE = 3 * SIGNAL;
  private static final double NEXT_SIGNAL = 0.77;
  private static final double NEXT_NOISE = 0.63;

  /** Side of the images, 16 of 4 channels. */
  @Param({"96", "256"})
  public int side;

  private Tensor x;
  private Tensor output;
  private Tensor gradient;
  private Tensor next;
  private Composition composition;
  private StepCoefficients coefficients;
  private Tensor two;
  private Tensor twoMore;

  /** Fresh images. */
  @Setup
  public void images() {
    torch.manual_seed(1);
    x = torch.randn(16, 4, side, side);
    output = torch.randn(16, 4, side, side);
    gradient = torch.randn(16, 4, side, side);
    next = torch.zeros(16, 4, side, side);
    composition = new Composition(torch.rand(16, 1, side, side), torch.randn(16, 4, side, side));
    two = torch.randn(32, 4, side, side);
    twoMore = torch.zeros(32, 4, side, side);
    coefficients =
        new StepCoefficients(
            new StepCoefficients.Estimate(1 / SIGNAL, -1),
            StepCoefficients.Estimate.OUTPUT,
            new StepCoefficients.Level(SIGNAL, SIGNAL),
            false,
            SCALE,
            null,
            StepCoefficients.Next.x0(NEXT_SIGNAL).plusEps(NEXT_NOISE));
  }

  /** Ours. */
  @Benchmark
  public void fused() {
    kernels.denoiseStep(x, output, gradient, null, coefficients, StepOutputs.next(next));
  }

  /** Ours, composed. */
  @Benchmark
  public void fusedComposed() {
    kernels.denoiseStep(
        x, output, gradient, null, coefficients, StepOutputs.next(next).composedWith(composition));
  }

  /** Ours, and then LibTorch's quickest way to compose: one call, in place. */
  @Benchmark
  public void fusedThenLerp() {
    fused();
    try (Scope scope = new Scope();
        NoGradGuard noGrad = new NoGradGuard()) {
      torch.lerp_out(next, composition.outside(), next, composition.gate());
    }
  }

  /** Ours, and then the formula by three calls of LibTorch, in place. */
  @Benchmark
  public void fusedThenChain() {
    fused();
    try (Scope scope = new Scope();
        NoGradGuard noGrad = new NoGradGuard()) {
      next.sub_(composition.outside()).mul_(composition.gate()).add_(composition.outside());
    }
  }

  /** ε̂ − s√(1−ᾱ)∇, x̂₀, √ᾱ' x̂₀ + √(1−ᾱ') ε̂. */
  @Benchmark
  public void eagerChain() {
    try (Scope scope = new Scope();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor epsilon = output.sub(gradient.mul(new Scalar(SCALE)));
      Tensor x0 = x.sub(epsilon.mul(new Scalar(SIGNAL))).div(new Scalar(SIGNAL));
      next.copy_(x0.mul(new Scalar(NEXT_SIGNAL)).add(epsilon.mul(new Scalar(NEXT_NOISE))));
    }
  }

  /** As many bytes as the step moves: it reads three batches and writes one, this two and two. */
  @Benchmark
  public void copy() {
    twoMore.copy_(two);
  }
}
