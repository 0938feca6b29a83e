package dev.hale.engine.trace;

import dev.hale.engine.Device;
import dev.hale.engine.Scope;
import java.util.Arrays;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * What a device can do now, a CPU with as many threads as LibTorch has: the best that a detection
 * could come near to.
 *
 * @param gigaflopsPerSecond of a large float32 convolution, 3×3 from 128 to 128 channels; a GPU may
 *     multiply in TF32, as LibTorch lets it in networks, too
 * @param gigabytesPerSecond of copying an array much larger than the caches, read and written
 */
public record Roofline(double gigaflopsPerSecond, double gigabytesPerSecond) {
  private static final int ROUNDS = 7;
  private static final long COPIED = 64L * 1024 * 1024; // numbers
  private static final long IMAGES_ON_CPU = 8;
  private static final long IMAGES_ON_GPU = 256; // work for a millisecond and more

  /** Measures, which takes a few seconds; medians of seven. */
  public static Roofline measure(Device device) {
    try (Scope scope = new Scope();
        NoGradGuard noGrad = new NoGradGuard()) {
      long images = device.isCuda() ? IMAGES_ON_GPU : IMAGES_ON_CPU;
      Tensor x = on(device, torch.rand(images, 128, 64, 64));
      Tensor weight = on(device, torch.rand(128, 128, 3, 3));
      double flops = 2.0 * x.numel() * 128 * 9;
      Tensor from = on(device, torch.rand(COPIED));
      Tensor to = torch.zeros_like(from);
      return new Roofline(
          flops / nanos(device, () -> convolve(x, weight)),
          2.0 * COPIED * Float.BYTES / nanos(device, () -> to.copy_(from)));
    }
  }

  /** On a GPU images and weights have channels last, for which its convolutions are made. */
  private static Tensor on(Device device, Tensor tensor) {
    if (!device.isCuda()) {
      return tensor;
    }
    Tensor moved = tensor.to(device.torch(), tensor.scalar_type());
    return tensor.dim() == 4 ? moved.contiguous(torch.MemoryFormat.ChannelsLast) : moved;
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

  private static double nanos(Device device, Runnable work) {
    work.run();
    device.synchronize();
    long[] times = new long[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      long begin = System.nanoTime();
      work.run();
      device.synchronize();
      times[round] = System.nanoTime() - begin;
    }
    Arrays.sort(times);
    return times[ROUNDS / 2];
  }
}
