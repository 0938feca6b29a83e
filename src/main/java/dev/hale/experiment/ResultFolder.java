package dev.hale.experiment;

import dev.hale.data.AnomalyMap;
import dev.hale.data.AtomicFolder;
import dev.hale.data.Axis;
import dev.hale.data.DataException;
import dev.hale.data.Nifti;
import dev.hale.data.PortableName;
import dev.hale.data.Scan;
import dev.hale.data.ScanReader;
import dev.hale.experiment.report.ResultFiles;
import dev.hale.experiment.report.SubjectResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What one method found in one subject, on disk: {@code result.json}, {@code map.nii.gz}, {@code
 * mask.nii.gz} and, where the method makes one, {@code healthy.nii.gz} with the first channel. It
 * appears whole or not at all, so what is there is finished.
 */
record ResultFolder(Path folder) {
  private static final String RESULT = "result.json";
  private static final String MAP = "map.nii.gz";
  private static final String MASK = "mask.nii.gz";
  private static final String HEALTHY = "healthy.nii.gz";

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
            subject.measure(found.map(), found.threshold(), axis));
    AtomicFolder.write(
        folder,
        partial -> {
          Nifti.writeMap(partial.resolve(MAP), found.grid(), found.map());
          Nifti.writeMask(partial.resolve(MASK), found.grid(), found.mask());
          if (found.reconstruction() != null) {
            Nifti.writeMap(
                partial.resolve(HEALTHY), found.grid(), found.reconstruction().channel(0));
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
    SubjectResult result = ResultFiles.read(folder.resolve(RESULT), SubjectResult.class);
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

  /** The healthy image of the first channel; null where the method makes none. */
  float[] healthy() {
    Path file = folder.resolve(HEALTHY);
    return Files.exists(file) ? ScanReader.read(List.of(file)).voxels() : null;
  }
}
