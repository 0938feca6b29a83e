package dev.hale.app.detect;

import dev.hale.detection.result.DetectionRecord;
import dev.hale.evaluation.HealthyImageMetrics;
import dev.hale.evaluation.IntensityBaseline;
import dev.hale.evaluation.OracleDice;
import dev.hale.evaluation.Overlap;
import dev.hale.evaluation.Ranking;
import dev.hale.evaluation.SliceMetrics;
import dev.hale.evaluation.SubjectMetrics;
import dev.hale.io.FileFailure;
import dev.hale.io.ScanFiles;
import dev.hale.io.ScanReader;
import dev.hale.picture.SliceOrder;
import dev.hale.scan.Axis;
import dev.hale.scan.BrainMask;
import dev.hale.scan.DataException;
import dev.hale.scan.Mask;
import dev.hale.scan.Scan;
import dev.hale.scan.WantedChannels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How well a detection on disk agrees with a subject's lesion mask, voxels of the brain counted,
 * beside plain FLAIR thresholding.
 *
 * @param subject name of the subject
 * @param method scores of the detection, Dice that of its mask
 * @param intensityBaseline scores of FLAIR thresholding (Meissen et al. 2021), Dice at Otsu's
 *     threshold
 * @param healthyImage how healthy the detection's healthy image is; null where it has none
 * @param warnings what is odd about the masks, a line each that names the file
 * @param error why there are no scores, else null
 */
public record SubjectScore(
    String subject,
    Scores method,
    Scores intensityBaseline,
    HealthyImageMetrics healthyImage,
    List<String> warnings,
    String error) {
  private static final List<String> FLAIR = List.of("FLAIR");

  /** A subject that cannot be scored. */
  public static SubjectScore failed(String subject, String error) {
    return new SubjectScore(subject, null, null, null, List.of(), error);
  }

  /**
   * Scores one subject.
   *
   * @param files of the subject, FLAIR among them
   * @param detection the folder that detection wrote for it
   * @param lesion stem of the lesion mask's file
   * @param brain stem of the brain mask's file; where it is absent the brain is found
   * @param twin the same head without lesion, on the same grid, for the healthy image
   * @param axis across which slices are taken, for the healthy image
   */
  public static SubjectScore of(
      ScanFiles files,
      Path detection,
      String lesion,
      String brain,
      Optional<ScanFiles> twin,
      Axis axis) {
    Scan scan = files.read(WantedChannels.all(FLAIR));
    Scan flair = scan.select(FLAIR);
    Mask lesions = mask(files, lesion, flair).orElseThrow(() -> absent(files, lesion));
    byte[] truth = lesions.voxels();
    Optional<Mask> given = mask(files, brain, flair);
    byte[] looked =
        given.map(mask -> mask.asBrain().voxels()).orElseGet(() -> BrainMask.find(flair));
    byte[] region = BrainMask.finite(flair, looked);
    List<String> channels = healthyChannels(detection);
    files.requireChannels(WantedChannels.all(channels));
    Scan map = ScanReader.read(List.of(detection.resolve(DetectionRecord.MAP)));
    map.grid().requireCoincident("map of " + detection, flair.grid(), "scan " + flair.name());
    requireNumbers(map, region, detection);
    Mask found =
        ScanReader.readMask(
            detection.resolve(DetectionRecord.MASK), flair.grid(), "scan " + flair.name());
    Scores method =
        new Scores(
            Overlap.of(found.voxels(), truth, region).dice(),
            OracleDice.of(map.voxels(), truth, region).dice(),
            Ranking.auroc(map.voxels(), truth, region),
            Ranking.auprc(map.voxels(), truth, region));
    Scores baseline =
        Scores.of(
            IntensityBaseline.map(flair.voxels(), region),
            IntensityBaseline.otsuThreshold(flair.voxels(), region),
            truth,
            region);
    List<String> warnings = new ArrayList<>(lesions.warnings());
    warnings.addAll(lesions.over(region));
    given.ifPresent(mask -> warnings.addAll(mask.warnings()));
    warnings.addAll(flair.warnings(looked));
    warnings.addAll(found.warnings());
    HealthyImageMetrics healthy = null;
    if (!channels.isEmpty()) {
      SliceOrder order = new SliceOrder(flair.grid(), axis);
      List<SliceMetrics> slices =
          SubjectMetrics.of(
                  order.of(map.voxels()), 0, order.of(truth), order.of(region), order.shape())
              .slices();
      WantedChannels shown = WantedChannels.all(channels);
      healthy =
          order
              .measure(
                  scan.select(channels),
                  twin.map(other -> shown.of(other.read(shown))),
                  BrainMask.finite(scan.select(channels), region),
                  truth,
                  slices)
              .of(order.of(healthy(detection, channels, flair)), order.of(found.voxels()));
    }
    return new SubjectScore(files.name(), method, baseline, healthy, List.copyOf(warnings), null);
  }

  /** The mask of that stem beside the scan's files, on its grid. */
  private static Optional<Mask> mask(ScanFiles files, String stem, Scan scan) {
    return Optional.ofNullable(files.beside(stem))
        .map(file -> ScanReader.readMask(file, scan.grid(), "scan " + scan.name()));
  }

  private static DataException absent(ScanFiles files, String stem) {
    Path flair = files.files().get(0);
    return new DataException(
        "there is no %s.nii.gz beside %s; --lesion says what lesion masks are called"
            .formatted(stem, flair));
  }

  private static void requireNumbers(Scan map, byte[] region, Path detection) {
    for (int v = 0; v < region.length; v++) {
      if (region[v] != 0 && !Float.isFinite(map.voxels()[v])) {
        throw new DataException(
            "%s: holds %s in the brain; detect again"
                .formatted(detection.resolve(DetectionRecord.MAP), map.voxels()[v]));
      }
    }
  }

  /**
   * The channels of the healthy image that detection wrote; none where it wrote none.
   *
   * @throws DataException where there is no such folder
   */
  public static List<String> healthyChannels(Path detection) {
    if (!Files.isDirectory(detection)) {
      throw new DataException("there is no detection of it, no folder " + detection);
    }
    try (Stream<Path> files = Files.list(detection)) {
      return files
          .map(file -> DetectionRecord.healthyChannel(file.getFileName().toString()))
          .flatMap(Optional::stream)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new DataException(
          "%s: cannot be listed: %s".formatted(detection, FileFailure.reason(e)), e);
    }
  }

  private static Scan healthy(Path detection, List<String> channels, Scan scan) {
    List<Path> files =
        channels.stream()
            .map(name -> detection.resolve(DetectionRecord.healthyFile(name)))
            .toList();
    Scan healthy = ScanReader.read(files, channels);
    healthy
        .grid()
        .requireCoincident("healthy image of " + detection, scan.grid(), "scan " + scan.name());
    return healthy;
  }
}
