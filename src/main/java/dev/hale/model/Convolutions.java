package dev.hale.model;

import dev.hale.engine.OneDnn;
import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

/**
 * LibTorch's convolutions, the same on every side, right on every machine: where oneDNN needs whole
 * blocks of channels ({@link OneDnn#needsWholeBlocks}), the last one is filled with zeros.
 */
final class Convolutions {
  private Convolutions() {}

  /**
   * A convolution of images or volumes.
   *
   * @param x {@code [N, C, …]} with two or three sides
   * @param weight {@code [K, C, …]}
   * @param bias {@code [K]}, or null
   * @param padding with zeros
   * @return {@code [N, K, …]}, laid out as LibTorch likes
   */
  static Tensor convolve(Tensor x, Tensor weight, Tensor bias, long stride, long padding) {
    return needWholeBlocks(x)
        ? convolveWholeBlocks(x, weight, bias, stride, padding)
        : convolvePlainly(x, weight, bias, stride, padding);
  }

  /**
   * A transposed convolution of images without bias.
   *
   * @param x {@code [N, C, H, W]}
   * @param weight {@code [C, K, h, w]}
   * @return {@code [N, K, …]}
   */
  static Tensor convolveTransposed(Tensor x, Tensor weight, long stride, long padding) {
    return needWholeBlocks(x)
        ? convolveTransposedWholeBlocks(x, weight, stride, padding)
        : convolveTransposedPlainly(x, weight, stride, padding);
  }

  private static boolean needWholeBlocks(Tensor x) {
    return x.is_cpu() && OneDnn.needsWholeBlocks();
  }

  static Tensor convolveWholeBlocks(
      Tensor x, Tensor weight, Tensor bias, long stride, long padding) {
    Tensor full = full(full(weight, 0), 1);
    Tensor fullBias = bias == null ? null : full(bias, 0);
    return narrow(convolvePlainly(full(x, 1), full, fullBias, stride, padding), weight.size(0));
  }

  static Tensor convolvePlainly(Tensor x, Tensor weight, Tensor bias, long stride, long padding) {
    int sides = (int) x.dim() - 2;
    TensorOptional optional = bias == null ? new TensorOptional() : new TensorOptional(bias);
    return sides == 2
        ? torch.conv2d(x, weight, optional, all(2, stride), all(2, padding), all(2, 1), 1)
        : torch.conv3d(x, weight, optional, all(3, stride), all(3, padding), all(3, 1), 1);
  }

  static Tensor convolveTransposedWholeBlocks(Tensor x, Tensor weight, long stride, long padding) {
    Tensor full = full(full(weight, 0), 1);
    return narrow(convolveTransposedPlainly(full(x, 1), full, stride, padding), weight.size(1));
  }

  static Tensor convolveTransposedPlainly(Tensor x, Tensor weight, long stride, long padding) {
    return torch.conv_transpose2d(
        x, weight, new TensorOptional(), all(2, stride), all(2, padding), all(2, 0), 1, all(2, 1));
  }

  private static long[] all(int sides, long value) {
    long[] values = new long[sides];
    Arrays.fill(values, value);
    return values;
  }

  /** With zeros behind, up to a whole number of blocks along a dimension. */
  private static Tensor full(Tensor x, int dimension) {
    long more = Math.floorMod(-x.size(dimension), OneDnn.BLOCK);
    if (more == 0) {
      return x;
    }
    long[] padding = new long[2 * (int) x.dim()]; // before and behind, from the last dimension on
    padding[2 * ((int) x.dim() - 1 - dimension) + 1] = more;
    return torch.constant_pad_nd(x, padding);
  }

  private static Tensor narrow(Tensor y, long channels) {
    if (y.size(1) == channels) {
      return y;
    }
    MemoryFormat format = y.suggest_memory_format();
    return y.narrow(1, 0, channels).contiguous(format);
  }
}
