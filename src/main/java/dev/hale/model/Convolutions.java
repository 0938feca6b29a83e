package dev.hale.model;

import dev.hale.engine.OneDnn;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

/**
 * LibTorch's convolutions, the same on every side, right on every machine: where oneDNN needs whole
 * blocks of channels ({@link OneDnn#needsWholeBlocks}), the last one is filled with zeros, and 1×1
 * convolutions are matrix products.
 */
final class Convolutions {
  private Convolutions() {}

  /**
   * A convolution of sequences, images or volumes.
   *
   * @param x {@code [N, C, …]} with one to three sides
   * @param weight {@code [K, C, …]}
   * @param bias {@code [K]}, or null
   * @param padding with zeros
   * @return {@code [N, K, …]}, laid out as LibTorch likes
   */
  static Tensor convolve(Tensor x, Tensor weight, Tensor bias, long stride, long padding) {
    int sides = (int) x.dim() - 2;
    return convolve(x, weight, bias, all(sides, stride), all(sides, padding));
  }

  /** Likewise, with a stride and a padding for each side. */
  static Tensor convolve(Tensor x, Tensor weight, Tensor bias, long[] stride, long[] padding) {
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
      Tensor x, Tensor weight, Tensor bias, long[] stride, long[] padding) {
    boolean dense = LongStream.of(stride).allMatch(s -> s == 1);
    boolean bare = LongStream.of(padding).allMatch(p -> p == 0);
    if (dense && bare && weight.numel() == weight.size(0) * weight.size(1)) {
      return multiplyPixels(x, weight, bias);
    }
    Tensor full = full(full(weight, 0), 1);
    Tensor fullBias = bias == null ? null : full(bias, 0);
    return narrow(convolvePlainly(full(x, 1), full, fullBias, stride, padding), weight.size(0));
  }

  /** A 1×1 convolution, without oneDNN; one product an image, so that none depends on another. */
  private static Tensor multiplyPixels(Tensor x, Tensor weight, Tensor bias) {
    Tensor pixels = x.movedim(1, -1); // [N, …, C]
    long[] shape = pixels.shape();
    Tensor matrix = weight.flatten(1, -1).t();
    Tensor products =
        torch.bmm(pixels.flatten(1, -2), matrix.expand(x.size(0), matrix.size(0), matrix.size(1)));
    shape[shape.length - 1] = weight.size(0);
    Tensor y = (bias == null ? products : products.add(bias)).view(shape).movedim(-1, 1);
    return y.contiguous(x.suggest_memory_format());
  }

  private static Tensor convolvePlainly(
      Tensor x, Tensor weight, Tensor bias, long[] stride, long[] padding) {
    TensorOptional optional = bias == null ? new TensorOptional() : new TensorOptional(bias);
    long[] dilation = all(stride.length, 1);
    return switch (stride.length) {
      case 1 -> torch.conv1d(x, weight, optional, stride, padding, dilation, 1);
      case 2 -> torch.conv2d(x, weight, optional, stride, padding, dilation, 1);
      default -> torch.conv3d(x, weight, optional, stride, padding, dilation, 1);
    };
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
