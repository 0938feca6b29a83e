package dev.hale.app.experiment;

import dev.hale.app.detect.DetectionRecord;
import dev.hale.app.experiment.report.ResultFiles;
import dev.hale.app.experiment.report.SubjectResult;
import dev.hale.io.AtomicFolder;
import dev.hale.io.Nifti;
import dev.hale.io.PortableName;
import dev.hale.io.ScanReader;
import dev.hale.scan.AnomalyMap;
import dev.hale.scan.Axis;
import dev.hale.scan.DataException;
import dev.hale.scan.Scan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What one method found in one subject, on disk: {@code result.json}, {@code map.nii.gz}, {@code
 * mask.nii.gz} and, where the method makes one, the healthy image, a {@code healthy_CHANNEL.nii.gz}
 * for each channel. It appears whole or not at all, so what is there is finished; what is measured
 * of the healthy image joins {@code result.json} later.
 */
record ResultFolder(Path folder) {
  private static final String RESULT = "result.json";
  private static final String MAP = "map.nii.gz";
  private static final String MASK = "mask.nii.gz";
  private static final String FIRST_HEALTHY = "healthy.nii.gz"; // of an earlier hale

  /** The place for a result below the experiment's folder, laid out like the folds' folders. */
  static ResultFolder of(Path out, Fold fold, String method, String subject) {
    return new ResultFolder(
        out.resolve("results")
            .resolve(out.resolve("folds").relativize(fold.folder()))
            .resolve(method)
            .resolve(PortableName.of(subject)));
  }

  boolean isFinished() {
    return Files.exists(folder.resolve(RESULT));
  }

  /** Writes the result, replacing none. */
  SubjectResult write(
      String method, Fold fold, TestSubject subject, AnomalyMap found, double seconds) {
    Axis axis = fold.config().data().preparation().axis();
    SubjectResult result =
        new SubjectResult(
            method,
            fold.name(),
            subject.scan().name(),
            subject.patient(),
            fold.seed(),
            found.threshold(),
            found.thresholdName(),
            found.imageScore(),
            seconds,
            subject.sha256(),
            found.provenance(),
            subject.measure(found.map(), found.threshold(), axis),
            null);
    AtomicFolder.write(
        folder,
        partial -> {
          Nifti.writeMap(partial.resolve(MAP), found.grid(), found.map());
          Nifti.writeMask(partial.resolve(MASK), found.grid(), found.mask());
          Scan healthy = found.reconstruction();
          for (int c = 0; healthy != null && c < healthy.channels().size(); c++) {
            Path file = partial.resolve(DetectionRecord.healthyFile(healthy.channels().get(c)));
            Nifti.writeMap(file, found.grid(), healthy.channel(c));
          }
          ResultFiles.write(partial.resolve(RESULT), result);
        });
    return result;
  }

  /**
   * Reads the result.
   *
   * @throws DataException where it was made with another seed
   */
  SubjectResult read(long seed) {
    SubjectResult result =
        ResultFiles.read(folder.resolve(RESULT), SubjectResult.class, SubjectResult.LATER);
    if (result.seed() != seed) {
      throw new DataException(
          "%s was made with seed %d, the experiment says %d; remove it or choose another --out"
              .formatted(folder, result.seed(), seed));
    }
    return result;
  }

  float[] map() {
    return ScanReader.read(List.of(folder.resolve(MAP))).voxels();
  }

  byte[] mask(Scan scan) {
    return ScanReader.readMask(folder.resolve(MASK), scan.grid(), "scan " + scan.name()).voxels();
  }

  /** Writes the result once more, with what was measured of the healthy image. */
  void write(SubjectResult measured) {
    ResultFiles.write(folder.resolve(RESULT), measured);
  }

  /** Whether the method made a healthy image. */
  boolean hasHealthy(String firstChannel) {
    return Files.exists(folder.resolve(DetectionRecord.healthyFile(firstChannel)))
        || Files.exists(folder.resolve(FIRST_HEALTHY));
  }

  /** Whether all of its channels are there; an earlier hale kept the first alone. */
  boolean hasWholeHealthy(List<String> channels) {
    return healthyFiles(channels).stream().allMatch(Files::exists);
  }

  /** The healthy image, which is there whole. */
  Scan healthy(List<String> channels) {
    return ScanReader.read(healthyFiles(channels), channels);
  }

  private List<Path> healthyFiles(List<String> channels) {
    Path first = folder.resolve(FIRST_HEALTHY);
    return channels.size() == 1 && Files.exists(first)
        ? List.of(first)
        : channels.stream().map(name -> folder.resolve(DetectionRecord.healthyFile(name))).toList();
  }

  /** The first channel of the healthy image; null where the method makes none. */
  float[] firstHealthy(String channel) {
    for (String name : List.of(DetectionRecord.healthyFile(channel), FIRST_HEALTHY)) {
      Path file = folder.resolve(name);
      if (Files.exists(file)) {
        return ScanReader.read(List.of(file)).voxels();
      }
    }
    return null;
  }
}
