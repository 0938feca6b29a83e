package dev.hale.training;

/** How the noise levels of a batch are drawn. */
public enum TimestepSampling {
  /** All equally often. */
  UNIFORM,
  /**
   * In proportion to the root mean square of their last losses, reweighted so that the expected
   * loss stays the same (Nichol and Dhariwal 2021, section 3.3).
   */
  LOSS_AWARE
}
