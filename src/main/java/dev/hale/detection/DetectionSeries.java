package dev.hale.detection;

import dev.hale.scan.AnomalyMap;
import dev.hale.scan.Scan;

/**
 * Detection in many scans, one after the other, whose slices fill common batches. Which slices go
 * together follows from the order in which scans join, never from who was quick.
 *
 * <p>One thread joins and computes. Meanwhile others prepare the scans that follow and ask for the
 * maps of those that are done, so that networks need not wait for either.
 */
public interface DetectionSeries extends AutoCloseable {
  /**
   * Makes a scan ready, on any thread.
   *
   * @param scan with at least the detector's channels
   * @param brainMask one value a voxel, not 0 in the brain; null to find it from the intensities
   * @param progress told by the thread that computes; where it throws, this scan ends with {@link
   *     DetectionCancelled} and the others go on, none of them computed twice
   * @throws dev.hale.scan.DataException if the scan does not fit the model
   */
  Turn prepare(Scan scan, byte[] brainMask, DetectionProgress progress);

  /**
   * Computes batches of slices from the scans that have joined, as many side by side as there are
   * workers, and waits until one is done; not where a worker is idle and another scan may follow.
   *
   * @param rest whether to compute one that is not full, too: no scan will follow
   * @return whether one was done
   * @throws DetectionCancelled if the calling thread is interrupted, and still is then: every scan
   *     that has joined and is not done has ended with that, at its next call of a network
   */
  boolean compute(boolean rest);

  /**
   * Ends the series and what it still computes, at its next call of a network, waits for that, and
   * lets go of all that it holds. Maps of scans that are done can still be had; the others have
   * ended with {@link DetectionCancelled}.
   */
  @Override
  void close();

  /** A scan's place in a series. */
  interface Turn {
    /** Puts the scan behind those that have joined before. */
    void join();

    /** Whether all slices have been computed, or one has failed; for the thread that computes. */
    boolean isDone();

    /**
     * What was found, put together by the calling thread, on the scan's own grid. What a slice of
     * this scan failed with is thrown here, and harms no other scan.
     *
     * @throws DetectionCancelled if its progress has thrown, the thread that computes was
     *     interrupted, or the series closed before it was done
     * @throws IllegalStateException if it is not done
     */
    AnomalyMap map();
  }
}
