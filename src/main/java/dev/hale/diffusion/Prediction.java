package dev.hale.diffusion;

/** What a diffusion network predicts. */
public enum Prediction {
  /** The noise ε (Ho et al. 2020). */
  EPSILON,
  /** The clean image x0. */
  X0,
  /** The velocity v = √ᾱ ε − √(1 − ᾱ) x0 (Salimans and Ho 2022). */
  V
}
