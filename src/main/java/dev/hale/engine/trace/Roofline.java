package dev.hale.engine.trace;

import dev.hale.engine.Scope;
import java.util.Arrays;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * What this machine can do now, with as many threads as LibTorch has: the best that a detection
 * could come near to.
 *
 * @param gigaflopsPerSecond of a large float32 convolution, 3×3 from 128 to 128 channels
 * @param gigabytesPerSecond of copying an array much larger than the caches, read and written
 */
public record Roofline(double gigaflopsPerSecond, double gigabytesPerSecond) {
  private static final int ROUNDS = 7;
  private static final long COPIED = 64L * 1024 * 1024; // numbers

  /** Measures, which takes a few seconds; medians of seven. */
  public static Roofline measure() {
    try (Scope scope = new Scope();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor x = torch.rand(8, 128, 64, 64);
      Tensor weight = torch.rand(128, 128, 3, 3);
      double flops = 2.0 * x.numel() * 128 * 9;
      Tensor from = torch.rand(COPIED);
      Tensor to = torch.zeros_like(from);
      return new Roofline(
          flops / nanos(() -> convolve(x, weight)),
          2.0 * COPIED * Float.BYTES / nanos(() -> to.copy_(from)));
    }
  }

  private static void convolve(Tensor x, Tensor weight) {
    try (Scope scope = new Scope()) {
      torch.conv2d(
          x,
          weight,
          new TensorOptional(),
          new long[] {1, 1},
          new long[] {1, 1},
          new long[] {1, 1},
          1);
    }
  }

  private static double nanos(Runnable work) {
    work.run();
    long[] times = new long[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      long begin = System.nanoTime();
      work.run();
      times[round] = System.nanoTime() - begin;
    }
    Arrays.sort(times);
    return times[ROUNDS / 2];
  }
}
