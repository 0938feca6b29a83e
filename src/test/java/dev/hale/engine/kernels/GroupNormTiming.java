package dev.hale.engine.kernels;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Locale;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Prints how long a group normalisation followed by SiLU takes, in one kernel and as LibTorch's
 * two, in turn within one run: {@code java -cp … GroupNormTiming [threads]}. With one thread it is
 * that thread's processor time, which others on a busy machine disturb little. Not a test: times
 * are no claims.
 */
final class GroupNormTiming {
  private static final int ROUNDS = 41;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private GroupNormTiming() {}

  public static void main(String[] args) {
    if (args.length > 0) {
      torch.set_num_threads(Integer.parseInt(args[0]));
    }
    System.out.printf(
        "%d threads, %s%n", torch.get_num_threads(), Kernels.of(DeviceType.CPU).implementation());
    long[][] shapes = {
      {16, 64, 64, 64}, {16, 128, 32, 32}, {16, 256, 16, 16}, {1, 64, 64, 64}, {1, 128, 256, 256}
    };
    for (long[] shape : shapes) {
      time(shape, MemoryFormat.Contiguous, ScalarType.Float);
      time(shape, MemoryFormat.ChannelsLast, ScalarType.Float);
      time(shape, MemoryFormat.ChannelsLast, ScalarType.BFloat16);
    }
  }

  private static void time(long[] shape, MemoryFormat format, ScalarType type) {
    try (var scope = new PointerScope()) {
      Tensor x = torch.randn(shape).to(type).contiguous(format);
      Tensor weight = torch.randn(shape[1]).to(type);
      Tensor bias = torch.randn(shape[1]).to(type);
      GroupNorm norm = GroupNorm.of(32, 1e-5, weight, bias, true);
      Kernels kernels = Kernels.of(DeviceType.CPU);
      double[] two = new double[ROUNDS];
      double[] one = new double[ROUNDS];
      for (int i = 0; i < ROUNDS; i++) {
        two[i] =
            millis(
                () ->
                    torch.silu(
                        torch.group_norm(
                            x,
                            32,
                            new TensorOptional(weight),
                            new TensorOptional(bias),
                            1e-5,
                            false)));
        one[i] = millis(() -> kernels.groupNorm(x, norm, torch.empty_like(x)));
      }
      Arrays.sort(two);
      Arrays.sort(one);
      System.out.printf(
          Locale.ROOT,
          "%-20s %-12s %-8s LibTorch %8.3f ms  fused %8.3f ms: median ratio %5.2f, best %5.2f%n",
          Arrays.toString(shape),
          format,
          type,
          two[ROUNDS / 2],
          one[ROUNDS / 2],
          two[ROUNDS / 2] / one[ROUNDS / 2],
          two[0] / one[0]);
    }
  }

  private static double millis(Runnable work) {
    try (var scope = new PointerScope()) {
      long start = nanos();
      work.run();
      return (nanos() - start) / 1e6;
    }
  }

  private static long nanos() {
    return torch.get_num_threads() == 1 ? THREADS.getCurrentThreadCpuTime() : System.nanoTime();
  }
}
