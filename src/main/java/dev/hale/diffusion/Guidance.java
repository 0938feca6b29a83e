package dev.hale.diffusion;

import org.bytedeco.pytorch.Tensor;

/** The gradient that steers a reverse chain towards a class. */
@FunctionalInterface
public interface Guidance {
  /**
   * The gradient at these images.
   *
   * @param x noisy images {@code [N, C, H, W]}
   * @param timesteps {@code [N]} int64, steps of the unrespaced chain
   * @return ∇_x log p(y | x, t), {@code [N, C, H, W]}
   */
  Tensor gradient(Tensor x, Tensor timesteps);
}
