package dev.hale.experiment;

import dev.hale.data.DataException;
import dev.hale.data.PreparedScan;
import dev.hale.data.SliceMasks;
import dev.hale.detection.CounterfactualDetector;
import dev.hale.detection.DetectionProgress;
import dev.hale.evaluation.Thresholds;
import dev.hale.evaluation.Voxels;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Measures what a detector's map says on healthy slices, which sets a threshold without any mask: a
 * percentile over their brain pixels.
 */
public final class Calibration {
  private Calibration() {}

  /**
   * The percentile over the healthy slices of the given subjects.
   *
   * @param percentile in (0, 100)
   * @param done hears the number of subjects so far
   */
  public static double healthyThreshold(
      CounterfactualDetector detector, TrainingSource source, double percentile, IntConsumer done) {
    List<float[]> maps = new ArrayList<>();
    List<byte[]> brains = new ArrayList<>();
    int[] count = {0};
    source.visit(
        (scan, lesion, brain) -> {
          PreparedScan prepared = detector.preprocessing().prepare(scan, brain);
          SliceMasks masks = prepared.toModel(lesion);
          PreparedScan healthy = prepared.keep(n -> !masks.diseased(n));
          if (healthy.count() > 0) {
            maps.addAll(List.of(detector.maps(healthy, DetectionProgress.NONE).maps()));
            brains.addAll(List.of(healthy.masks()));
          }
          done.accept(++count[0]);
        });
    if (maps.isEmpty()) {
      throw new DataException("calibration found no healthy slice among the subjects");
    }
    return Thresholds.percentile(Voxels.pool(maps, brains), null, percentile);
  }
}
