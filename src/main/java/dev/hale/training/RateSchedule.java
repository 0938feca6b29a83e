package dev.hale.training;

/** How the learning rate goes on after the warm-up. */
public enum RateSchedule {
  /** It stays. */
  CONSTANT,
  /** It falls along half a cosine to a tenth at the last step. */
  COSINE
}
