package dev.hale.experiment;

import dev.hale.data.DataException;
import dev.hale.data.prepared.PreparedSet;
import dev.hale.data.prepared.Split;
import dev.hale.detection.ChainCache;
import dev.hale.detection.CombinedSettings;
import dev.hale.detection.DetectionMethod;
import dev.hale.detection.DetectionProgress;
import dev.hale.detection.DetectorConfig;
import dev.hale.detection.DetectorOptions;
import dev.hale.detection.MethodSettings;
import dev.hale.detection.SliceDetector;
import dev.hale.detection.ThresholdRule;
import dev.hale.engine.CheckpointException;
import dev.hale.evaluation.Thresholds;
import dev.hale.evaluation.Voxels;
import java.nio.file.Path;
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
   * Throws what {@link #measure} would about the networks, before the data are prepared for it.
   *
   * @throws CheckpointException where a network is missing or does not fit
   */
  public static void requireNetworks(
      Path folder, DetectionMethod method, CalibrationSettings settings) {
    MethodSettings how = settings.settings(method).withThreshold(ThresholdRule.OTSU);
    if (how instanceof CombinedSettings combined) {
      how = combined.withGateLevel(1);
    }
    DetectorConfig config = new DetectorConfig(method, how, settings.percentile(), null);
    new SliceDetector(folder, config, DetectorOptions.defaults()).close();
  }

  /**
   * Measures a method's label-free threshold (and, for gating, first the level of the gate).
   *
   * @param folder the model's
   * @param rows of the set, all healthy
   * @param chains shared with other methods that are measured on the same rows
   * @return how the method runs from now on
   * @throws DataException where the set was prepared otherwise than the networks' training images
   * @throws CheckpointException where a network is missing
   */
  public static DetectorConfig measure(
      Path folder,
      DetectionMethod method,
      CalibrationSettings settings,
      PreparedSet set,
      List<Integer> rows,
      ChainCache chains,
      DetectionProgress progress) {
    MethodSettings how = settings.settings(method).withThreshold(ThresholdRule.OTSU);
    if (method == DetectionMethod.COMBINED_GATE) {
      MethodSettings attribution = settings.attribution().withThreshold(ThresholdRule.OTSU);
      double level =
          percentile(
              new DetectorConfig(
                  DetectionMethod.ATTRIBUTION, attribution, settings.gatePercentile(), null),
              folder,
              set,
              rows,
              ChainCache.NONE,
              DetectionProgress.NONE);
      if (!(level > 0)) {
        throw new DataException(
            "the attribution is 0 at percentile %s of healthy slices, so no gate can be set; raise"
                    .formatted(settings.gatePercentile())
                + " calibration.gate_percentile");
      }
      how = ((CombinedSettings) how).withGateLevel(level);
    }
    DetectorConfig unmeasured = new DetectorConfig(method, how, settings.percentile(), null);
    double value = percentile(unmeasured, folder, set, rows, chains, progress);
    return new DetectorConfig(
        method,
        how.withThreshold(settings.settings(method).threshold()),
        settings.percentile(),
        value);
  }

  private static double percentile(
      DetectorConfig config,
      Path folder,
      PreparedSet set,
      List<Integer> rows,
      ChainCache chains,
      DetectionProgress progress) {
    try (SliceDetector detector =
        new SliceDetector(folder, config, DetectorOptions.defaults(), chains)) {
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
      float[][] maps = detector.maps(images, brains, progress);
      return Thresholds.percentile(
          Voxels.pool(Arrays.asList(maps), Arrays.asList(brains)),
          null,
          config.healthyPercentile());
    }
  }
}
