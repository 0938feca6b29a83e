package dev.hale.diffusion;

import org.bytedeco.pytorch.Tensor;

/** Sees each step of a chain; for progress bars and snapshots. */
@FunctionalInterface
public interface StepObserver {
  StepObserver NONE = (step, x) -> {};

  /**
   * Called after every step.
   *
   * @param step the step just taken
   * @param x the image after it {@code [N, C, H, W]}; overwritten by the next step, so copy to keep
   */
  void onStep(ChainStep step, Tensor x);
}
