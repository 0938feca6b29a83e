package dev.hale.diffusion;

import org.bytedeco.pytorch.Tensor;

/** A diffusion network, with any class condition already bound. */
@FunctionalInterface
public interface Denoiser {
  /**
   * Predicts, see {@link Prediction}.
   *
   * @param x noisy images {@code [N, C, H, W]}
   * @param timesteps {@code [N]} int64, steps of the unrespaced chain
   * @return {@code [N, C, H, W]}, or {@code [N, 2C, H, W]} with learned variance
   */
  Tensor predict(Tensor x, Tensor timesteps);
}
