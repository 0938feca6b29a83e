package dev.hale.training;

/** Where a training starts. */
public enum Start {
  /** From fresh weights, in a folder without checkpoints. */
  FRESH,
  /** From the checkpoint in its folder. */
  RESUME,
  /** From the one before, where the last checkpoint is damaged. */
  RESUME_PREVIOUS
}
