package dev.hale.app.experiment;

import dev.hale.app.experiment.report.ResultFiles;
import dev.hale.app.experiment.report.SubjectMeasures;
import dev.hale.app.experiment.report.SubjectResult;
import dev.hale.detection.result.DetectionRecord;
import dev.hale.io.PortableName;
import dev.hale.io.ScanReader;
import dev.hale.scan.DataException;
import dev.hale.scan.Scan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What one method found in one subject, on disk: the folder that {@code hale detect} writes, and
 * {@code metrics.json} in it. It appears whole or not at all, so what is there and undamaged is
 * finished; what is measured of the healthy image joins {@code metrics.json} later.
 */
record ResultFolder(Path folder) {
  private static final String METRICS = "metrics.json";
  private static final String OF_EARLIER_BUILDS = "result.json";

  /** The place for a result below the experiment's folder, laid out like the folds' folders. */
  static ResultFolder of(Path out, Fold fold, String method, String subject) {
    return new ResultFolder(
        out.resolve("results")
            .resolve(out.resolve("folds").relativize(fold.folder()))
            .resolve(method)
            .resolve(PortableName.of(subject)));
  }

  /** Writes what was measured into a folder in the making. */
  static void write(Path folder, SubjectMeasures measures) {
    ResultFiles.write(folder.resolve(METRICS), measures);
  }

  /**
   * Whether nothing is left to detect.
   *
   * @throws DataException where an earlier build of hale wrote it otherwise, or a file of it is not
   *     as it was written
   */
  boolean isFinished() {
    if (Files.exists(folder.resolve(OF_EARLIER_BUILDS))) {
      throw new DataException(
          "%s was written by an earlier build of hale; remove it or choose another --out"
              .formatted(folder));
    }
    if (!Files.exists(folder.resolve(METRICS))) {
      return false;
    }
    List<String> damage = DetectionRecord.read(folder).damage(folder);
    if (!damage.isEmpty()) {
      throw new DataException(
          "%s is not as it was written (%s); remove it to detect again"
              .formatted(folder, String.join("; ", damage)));
    }
    return true;
  }

  /**
   * Reads the result.
   *
   * @throws DataException where it was made with another seed
   */
  SubjectResult read(long seed) {
    SubjectMeasures measured = measures();
    if (measured.seed() != seed) {
      throw new DataException(
          "%s was made with seed %d, the experiment says %d; remove it or choose another --out"
              .formatted(folder, measured.seed(), seed));
    }
    return SubjectResult.of(DetectionRecord.read(folder), measured);
  }

  SubjectMeasures measures() {
    return ResultFiles.read(folder.resolve(METRICS), SubjectMeasures.class);
  }

  /** Writes once more what was measured. */
  void write(SubjectMeasures measures) {
    write(folder, measures);
  }

  float[] map() {
    return ScanReader.read(List.of(folder.resolve(DetectionRecord.MAP))).voxels();
  }

  byte[] mask(Scan scan) {
    Path file = folder.resolve(DetectionRecord.MASK);
    return ScanReader.readMask(file, scan.grid(), "scan " + scan.name()).voxels();
  }

  /** Whether the method made a healthy image. */
  boolean hasHealthy(List<String> channels) {
    return !healthyChannels(channels).isEmpty();
  }

  /** The healthy image, which is there, with those of the channels that the scan had. */
  Scan healthy(List<String> channels) {
    List<String> there = healthyChannels(channels);
    return ScanReader.read(there.stream().map(this::healthyFile).toList(), there);
  }

  private List<String> healthyChannels(List<String> channels) {
    return channels.stream().filter(channel -> Files.exists(healthyFile(channel))).toList();
  }

  private Path healthyFile(String channel) {
    return folder.resolve(DetectionRecord.healthyFile(channel));
  }
}
