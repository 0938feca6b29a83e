package dev.hale.data.prepared;

/** What a subject's slices are for. All slices of a subject are in one split. */
public enum Split {
  /** To learn from. */
  TRAIN,
  /** To choose checkpoints and settings by. */
  VALIDATION,
  /** To report on, once. */
  TEST
}
