package dev.hale.data.prepared;

/** How often healthy and diseased images come while a network learns. */
public enum Balance {
  /** Every image once an epoch. */
  NONE,
  /** Each image is healthy or diseased with probability one half. */
  LABELS,
  /**
   * As {@link #LABELS}, and healthy images come from where in the head diseased ones come from, so
   * that how high a slice lies says nothing about its label.
   */
  HEIGHTS
}
