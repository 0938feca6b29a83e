package dev.hale.detection;

import dev.hale.scan.AnomalyMap;
import dev.hale.scan.Axis;
import dev.hale.scan.Scan;
import dev.hale.scan.WantedChannels;
import java.util.List;
import java.util.Map;

/**
 * Finds what is abnormal in a scan. Any number of threads may detect with one detector at the same
 * time; the maps are those that they would get one after the other.
 *
 * <p>A detector holds native memory until it is closed. Detections that run at that moment are
 * still completed; calls after it throw {@link IllegalStateException}.
 */
public interface AnomalyDetector extends AutoCloseable {
  /**
   * Detects in one scan.
   *
   * @param scan with the channels of {@link #wanted} but the optional ones, at least
   * @param brainMask one value a voxel, not 0 in the brain; null to find it from the intensities
   * @param progress told after every step of every batch of slices, by the calling thread
   * @return map, mask and reconstruction on the scan's own grid
   * @throws dev.hale.scan.DataException if the scan does not fit the model
   * @throws DetectionCancelled if the calling thread is interrupted, which it still is then, or the
   *     progress throws, which then is the cause: after the network calls that run at that moment,
   *     and with all memory of this detection freed
   * @throws IllegalStateException if the detector is closed
   */
  AnomalyMap detect(Scan scan, byte[] brainMask, DetectionProgress progress);

  /** As {@link #detect(Scan, byte[], DetectionProgress)}, the brain found, nobody told. */
  default AnomalyMap detect(Scan scan) {
    return detect(scan, null, DetectionProgress.NONE);
  }

  /**
   * Begins to detect in many scans, whose slices may share batches.
   *
   * @throws IllegalStateException if the detector is closed
   */
  default DetectionSeries series() {
    return new OneByOne(this);
  }

  /** Across which slices lie, where slices are shown. */
  Axis axis();

  /** The channels that are looked at; a scan may have more, in any order, whatever their case. */
  List<String> channels();

  /** The channels, and which of them a scan may lack; none unless this says otherwise. */
  default WantedChannels wanted() {
    return WantedChannels.all(channels());
  }

  /** What every map says about how it was made: model, method, settings, version; in order. */
  Map<String, String> provenance();

  @Override
  void close();
}
