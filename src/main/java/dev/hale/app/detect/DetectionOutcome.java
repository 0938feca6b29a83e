package dev.hale.app.detect;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.hale.detection.result.DetectionRecord;
import java.nio.file.Path;
import java.util.List;

/**
 * What came of one scan of a batch. Where a scan failed, all but its name, warnings and error is
 * null.
 *
 * @param name of the scan
 * @param status what happened
 * @param folder with the results
 * @param imageScore how likely the scan is diseased; comparable within one model
 * @param threshold that cut the mask from the map
 * @param thresholdName how it was chosen
 * @param lesionVolumeMl volume of the mask in millilitres; null for pictures
 * @param slices that the model saw
 * @param seconds of reading, detecting and writing together
 * @param warnings what is odd about the brain mask, a line each that names the file
 * @param error what was wrong, in one line
 */
public record DetectionOutcome(
    String name,
    Status status,
    Path folder,
    Double imageScore,
    Double threshold,
    String thresholdName,
    Double lesionVolumeMl,
    Integer slices,
    Double seconds,
    List<String> warnings,
    String error) {

  /** What happened to a scan. */
  public enum Status {
    /** Detected and written now. */
    @JsonProperty("done")
    DONE,
    /** Was finished before. */
    @JsonProperty("skipped")
    SKIPPED,
    /** Nothing was written. */
    @JsonProperty("failed")
    FAILED
  }

  static DetectionOutcome of(Status status, Path folder, DetectionRecord record) {
    return new DetectionOutcome(
        record.name(),
        status,
        folder,
        record.imageScore(),
        record.threshold(),
        record.thresholdName(),
        record.lesionVolumeMl(),
        record.slices(),
        record.totalSeconds(),
        record.warnings(),
        null);
  }

  static DetectionOutcome failed(String name, String error) {
    return new DetectionOutcome(
        name, Status.FAILED, null, null, null, null, null, null, null, List.of(), error);
  }
}
