package dev.hale.detection;

/**
 * Told how far a detection is, and able to end it: what {@link #onSlices} throws is the cause of a
 * {@link DetectionCancelled} that the detection ends with, before the next call of a network.
 */
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

  /**
   * The same for detectors that tell of their progress themselves.
   *
   * @return throws {@link DetectionCancelled} where this throws anything, or where the thread that
   *     tells is interrupted
   */
  default DetectionProgress cancelling() {
    return (done, total) -> {
      try {
        onSlices(done, total);
      } catch (RuntimeException | Error e) {
        throw DetectionCancelled.by(e);
      }
      if (Thread.currentThread().isInterrupted()) {
        throw DetectionCancelled.interrupted();
      }
    };
  }
}
