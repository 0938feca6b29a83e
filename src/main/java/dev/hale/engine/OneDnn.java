package dev.hale.engine;

import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * A fault of oneDNN 3.7.1, LibTorch's library for convolutions, and whether this machine shows it.
 *
 * <p>oneDNN keeps channels in blocks and fills the last one with zeros. Where the processor does
 * not tell how large its caches are, as in some virtual machines, it rearranges the loops of that
 * copying such that zeros go to the wrong places, over weights: a convolution comes out wrong
 * unless its channels fill whole blocks. And its plan for 1×1 convolutions of many channels divides
 * by zero, which ends the process.
 */
public final class OneDnn {
  /** Channels of which whole blocks are right, as far as tried: every multiple of it up to 256. */
  public static final int BLOCK = 32;

  private OneDnn() {}

  /**
   * Whether convolutions are wrong here unless their channels fill whole blocks. It is found out
   * once, by a convolution that LibTorch computes with oneDNN and without.
   *
   * @throws DeviceException if LibTorch cannot be loaded
   */
  public static boolean needsWholeBlocks() {
    Engine.load();
    return Check.FAILS;
  }

  private static final class Check {
    private static final long[] ONE = {1, 1};
    static final boolean FAILS = fails();

    private static boolean fails() {
      boolean enabled = torch.globalContext().userEnabledMkldnn();
      try (Scope scope = new Scope();
          NoGradGuard noGrad = new NoGradGuard()) {
        int partial = BLOCK - BLOCK / 4;
        Tensor x = waves(16, partial, 9, 9);
        Tensor weight = waves(2 * BLOCK, partial, 3, 3);
        Tensor usual = convolve(x, weight);
        torch.globalContext().setUserEnabledMkldnn(false);
        Tensor plain = convolve(x, weight);
        double apart = usual.sub(plain).abs().max().item_double(); // NaN where one of them is
        return !(apart <= 0.01 * plain.abs().max().item_double());
      } finally {
        torch.globalContext().setUserEnabledMkldnn(enabled);
      }
    }

    private static Tensor waves(long... shape) {
      long size = 1;
      for (long side : shape) {
        size *= side;
      }
      return torch.arange(new Scalar(size)).to(torch.ScalarType.Float).sin().view(shape);
    }

    private static Tensor convolve(Tensor x, Tensor weight) {
      return torch.conv2d(x, weight, new TensorOptional(), ONE, ONE, ONE, 1);
    }
  }
}
