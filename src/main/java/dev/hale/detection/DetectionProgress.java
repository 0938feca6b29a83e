package dev.hale.detection;

/** Told how far a detection is. */
@FunctionalInterface
public interface DetectionProgress {
  /** Nobody is told. */
  DetectionProgress NONE = (done, total) -> {};

  /**
   * Called after every step.
   *
   * @param done slices' worth of work done, fractions included
   * @param total slices of this scan
   */
  void onSlices(double done, int total);
}
