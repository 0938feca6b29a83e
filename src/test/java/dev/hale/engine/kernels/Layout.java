package dev.hale.engine.kernels;

import java.util.List;
import java.util.Random;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The ways a tensor of one shape can lie in memory. */
enum Layout {
  CONTIGUOUS,
  CHANNELS_LAST,
  /** A window of a larger buffer, with gaps along every axis. */
  SLICED,
  /** Height and width exchanged. */
  TRANSPOSED,
  /** One image seen as a batch: every stride of the first axis is 0. For inputs only. */
  EXPANDED;

  private static final List<Layout> OF_RESULTS =
      List.of(CONTIGUOUS, CHANNELS_LAST, SLICED, TRANSPOSED);
  private static final List<Layout> OF_INPUTS = List.of(values());

  static Layout ofResult(Random random) {
    return OF_RESULTS.get(random.nextInt(OF_RESULTS.size()));
  }

  static Layout ofInput(Random random) {
    return OF_INPUTS.get(random.nextInt(OF_INPUTS.size()));
  }

  /** An uninitialised tensor [N, C, H, W]. */
  Tensor empty(long n, long c, long h, long w) {
    return switch (this) {
      case CONTIGUOUS -> torch.empty(n, c, h, w);
      case CHANNELS_LAST -> torch.empty(n, h, w, c).permute(0, 3, 1, 2);
      case SLICED ->
          torch
              .empty(n + 1, c + 2, h + 1, w + 3)
              .narrow(0, 1, n)
              .narrow(1, 1, c)
              .narrow(2, 0, h)
              .narrow(3, 2, w);
      case TRANSPOSED -> torch.empty(n, c, w, h).transpose(2, 3);
      case EXPANDED -> torch.empty(1, c, h, w).expand(n, c, h, w);
    };
  }

  /** The values of a contiguous [N, C, H, W] tensor in this layout. */
  Tensor of(Tensor values) {
    if (this == EXPANDED) {
      return values.size(0) == 0
          ? values
          : values
              .narrow(0, 0, 1)
              .clone()
              .expand(values.size(0), values.size(1), values.size(2), values.size(3));
    }
    return empty(values.size(0), values.size(1), values.size(2), values.size(3)).copy_(values);
  }
}
