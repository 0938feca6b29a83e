package dev.hale.model;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Halving and doubling of an image without parameters: 2×2 average, nearest neighbour. */
enum Resample {
  NONE {
    @Override
    Tensor apply(Tensor x) {
      return x;
    }
  },
  HALVE {
    @Override
    Tensor apply(Tensor x) {
      return torch.avg_pool2d(x, 2, 2);
    }
  },
  DOUBLE {
    @Override
    Tensor apply(Tensor x) {
      return torch.upsample_nearest2d(x, 2 * x.size(2), 2 * x.size(3));
    }
  };

  abstract Tensor apply(Tensor x);
}
