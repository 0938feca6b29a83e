package dev.hale.detection;

import dev.hale.data.AnomalyMap;
import dev.hale.data.Scan;
import java.util.List;

/**
 * Finds what is abnormal in a scan. Implementations may be called from several threads, and free
 * their native memory when they are closed.
 */
public interface AnomalyDetector extends AutoCloseable {
  /**
   * Detects in one scan.
   *
   * @param scan with at least {@link #channels}
   * @param brainMask one value a voxel, not 0 in the brain; null to find it from the intensities
   * @param progress told after every step of every batch of slices
   * @return map, mask and reconstruction on the scan's own grid
   * @throws dev.hale.data.DataException if the scan does not fit the model
   */
  AnomalyMap detect(Scan scan, byte[] brainMask, DetectionProgress progress);

  /** As {@link #detect(Scan, byte[], DetectionProgress)}, the brain found, nobody told. */
  default AnomalyMap detect(Scan scan) {
    return detect(scan, null, DetectionProgress.NONE);
  }

  /** The channels that a scan must have. */
  List<String> channels();

  @Override
  void close();
}
