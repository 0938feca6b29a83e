package dev.hale.engine.kernels;

import java.util.Arrays;
import java.util.Locale;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;

/**
 * Prints how long one step takes, fused and as a chain of LibTorch operations, beside a copy of one
 * image (Tensor.copy_), all in turn within one run: {@code java -cp … DenoiseStepTiming}. The best
 * of the rounds counts, which is what a busy machine disturbs least. Not a test: times are no
 * claims.
 */
final class DenoiseStepTiming {
  private static final int ROUNDS = 60;

  private DenoiseStepTiming() {}

  public static void main(String[] args) {
    long n = args.length > 0 ? Long.parseLong(args[0]) : 16;
    long side = args.length > 1 ? Long.parseLong(args[1]) : 256;
    Kernels kernels = Kernels.of(DeviceType.CPU);
    System.out.printf("[%d, 4, %d, %d], %d threads%n", n, side, side, torch.get_num_threads());
    for (Layout layout : Layout.values()) {
      if (layout == Layout.EXPANDED) {
        continue;
      }
      time(kernels, layout, n, side, "DDIM", 0, false);
      time(kernels, layout, n, side, "guided DDIM", 3, false);
      time(kernels, layout, n, side, "DDPM, learned variance", 0, true);
    }
  }

  private static void time(
      Kernels kernels,
      Layout layout,
      long n,
      long side,
      String kind,
      double guidance,
      boolean ddpm) {
    try (var scope = new PointerScope()) {
      Tensor x = layout.of(torch.randn(n, 4, side, side));
      Tensor output = layout.of(torch.randn(n, ddpm ? 8 : 4, side, side));
      Tensor gradient = guidance == 0 ? null : layout.of(torch.randn(n, 4, side, side));
      Tensor noise = ddpm ? layout.of(torch.randn(n, 4, side, side)) : null;
      Tensor next = layout.empty(n, 4, side, side);
      double signal = Math.sqrt(0.5);
      var c =
          new StepCoefficients(
              1 / signal,
              -1,
              0,
              1,
              true,
              signal,
              signal,
              guidance,
              ddpm,
              -6,
              -4,
              ddpm ? 0.5 : 0.77,
              ddpm ? 0.5 : 0,
              ddpm ? 0 : 0.63,
              0,
              ddpm ? 1 : 0);
      double[] copy = new double[ROUNDS];
      double[] chain = new double[ROUNDS];
      double[] baseline = new double[ROUNDS];
      double[] fused = new double[ROUNDS];
      for (int i = 0; i < ROUNDS; i++) {
        copy[i] = millis(() -> next.copy_(x));
        chain[i] = millis(() -> DenoiseChain.step(x, output, gradient, noise, c));
        require(NativeKernels.forceIsa("baseline"));
        baseline[i] =
            millis(
                () -> kernels.denoiseStep(x, output, gradient, noise, c, StepOutputs.next(next)));
        require(NativeKernels.forceIsa(null));
        fused[i] =
            millis(
                () -> kernels.denoiseStep(x, output, gradient, noise, c, StepOutputs.next(next)));
      }
      // A copy moves 2 images; the step moves x, the output, next and what else it reads.
      double images = (ddpm ? 5 : 3) + (guidance == 0 ? 0 : 1);
      double atCopySpeed = best(copy) * images / 2;
      System.out.printf(
          Locale.ROOT,
          "%-14s %-22s copy %6.2f ms  chain %7.2f ms  baseline %6.2f ms  %s %6.2f ms:"
              + " chain/fused %5.1f, fused/memory bound %4.2f%n",
          layout,
          kind,
          best(copy),
          best(chain),
          best(baseline),
          kernels.implementation(),
          best(fused),
          best(chain) / best(fused),
          best(fused) / atCopySpeed);
    }
  }

  private static void require(int status) {
    if (status != 0) {
      throw new IllegalStateException("the instruction set was refused");
    }
  }

  private static double millis(Runnable work) {
    try (var scope = new PointerScope()) {
      long start = System.nanoTime();
      work.run();
      return (System.nanoTime() - start) / 1e6;
    }
  }

  private static double best(double[] times) {
    return Arrays.stream(times).min().orElseThrow();
  }
}
