package dev.hale.diffusion;

/** The variance of the reverse process. */
public enum Variance {
  /** That of the posterior, β̃. */
  FIXED_SMALL,
  /** That of the forward process, β. */
  FIXED_LARGE,
  /** Interpolated by the network between the two, in the logarithm (Nichol and Dhariwal 2021). */
  LEARNED_RANGE
}
