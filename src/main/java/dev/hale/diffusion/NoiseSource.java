package dev.hale.diffusion;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Where a sampler that needs noise gets it. */
@FunctionalInterface
public interface NoiseSource {
  /** LibTorch's own generator, which all threads share. */
  NoiseSource SHARED = torch::randn_like;

  /** Standard normal noise of that shape, on that device. */
  Tensor like(Tensor x);
}
