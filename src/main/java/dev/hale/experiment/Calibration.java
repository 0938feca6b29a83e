package dev.hale.experiment;

import dev.hale.data.DataException;
import dev.hale.data.prepared.PreparedSet;
import dev.hale.data.prepared.Split;
import dev.hale.detection.CounterfactualDetector;
import dev.hale.detection.DetectionProgress;
import dev.hale.evaluation.Thresholds;
import dev.hale.evaluation.Voxels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Measures what a detector's map says on healthy slices, which sets a threshold without any mask: a
 * percentile over their brain pixels.
 */
public final class Calibration {
  private static final long SEED = 1; // of which slices are drawn

  private Calibration() {}

  /**
   * The rows of the healthy slices to measure on.
   *
   * @param most as many as are wanted, drawn at random
   * @throws DataException where the split has no healthy slice
   */
  public static List<Integer> healthyRows(PreparedSet set, Split split, int most) {
    List<Integer> rows =
        new ArrayList<>(
            IntStream.range(0, set.slices().size())
                .filter(row -> set.slices().get(row).split() == split)
                .filter(row -> set.slices().get(row).label() == 0)
                .boxed()
                .toList());
    if (rows.isEmpty()) {
      throw new DataException(
          "%s has no healthy slice to calibrate on in its %s split; put subjects there or choose"
                  .formatted(set.folder(), split.name().toLowerCase(Locale.ROOT))
              + " another with calibration.split");
    }
    Collections.shuffle(rows, new Random(SEED));
    return rows.subList(0, Math.min(most, rows.size()));
  }

  /**
   * The percentile over the brains of these rows.
   *
   * @param percentile in (0, 100)
   * @throws DataException where the set was prepared otherwise than the detector's training images
   */
  public static double healthyThreshold(
      CounterfactualDetector detector,
      PreparedSet set,
      List<Integer> rows,
      double percentile,
      DetectionProgress progress) {
    if (!set.preprocessing().equals(detector.preprocessing())) {
      throw new DataException(
          "%s was prepared otherwise than the model's training images: %s, the model's were %s"
              .formatted(set.folder(), set.preprocessing(), detector.preprocessing()));
    }
    float[][] images = new float[rows.size()][set.channels() * set.imageSize() * set.imageSize()];
    byte[][] brains = new byte[rows.size()][];
    for (int i = 0; i < rows.size(); i++) {
      set.image(rows.get(i), images[i], 0);
      brains[i] = set.brain(rows.get(i));
    }
    float[][] maps = detector.maps(images, brains, progress).maps();
    return Thresholds.percentile(
        Voxels.pool(Arrays.asList(maps), Arrays.asList(brains)), null, percentile);
  }
}
