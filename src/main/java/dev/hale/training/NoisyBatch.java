package dev.hale.training;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Random noise levels for a batch. */
final class NoisyBatch {
  private NoisyBatch() {}

  /** Levels uniform in 0 … trainingSteps-1, int64 {@code [N]}. */
  static Tensor levels(Tensor images, int trainingSteps) {
    return torch
        .randint(0, trainingSteps, new long[] {images.size(0)})
        .to(images.device(), torch.ScalarType.Long);
  }
}
