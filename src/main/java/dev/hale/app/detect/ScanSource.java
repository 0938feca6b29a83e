package dev.hale.app.detect;

import dev.hale.detection.result.DetectionRecord;
import dev.hale.detection.result.ScanInput;
import dev.hale.scan.AnomalyMap;
import dev.hale.scan.WantedChannels;
import java.io.IOException;
import java.nio.file.Path;

/** A scan that a detection has yet to read. */
public interface ScanSource {
  /** Its name. */
  String name();

  /**
   * Reads it, on another thread than the one that computes.
   *
   * @param channels of the model
   * @throws dev.hale.scan.DataException where it cannot be read or lacks one of them that is not
   *     optional
   */
  ScanInput read(WantedChannels channels);

  /**
   * Adds to the folder of results what belongs there beside them; the folder has not appeared yet.
   *
   * @param found what was written
   * @param record what was written of it
   */
  default void add(Path folder, AnomalyMap found, DetectionRecord record) throws IOException {}
}
