package dev.hale.app.train;

import dev.hale.app.recipe.CalibrationSettings;
import dev.hale.data.prepared.Heights;
import dev.hale.data.prepared.PreparedSet;
import dev.hale.data.prepared.PreparedSlice;
import dev.hale.data.prepared.Split;
import dev.hale.detection.DetectionProgress;
import dev.hale.detection.DetectorConfig;
import dev.hale.detection.DetectorOptions;
import dev.hale.detection.SliceDetector;
import dev.hale.detection.ThresholdRule;
import dev.hale.detection.method.Calibrated;
import dev.hale.detection.method.ChainCache;
import dev.hale.detection.method.LearnedMethod;
import dev.hale.detection.method.Measurement;
import dev.hale.detection.method.MethodSettings;
import dev.hale.engine.CheckpointException;
import dev.hale.evaluation.RegionMap;
import dev.hale.evaluation.SpotArea;
import dev.hale.evaluation.Voxels;
import dev.hale.scan.DataException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Measures what a detector's map says on slices of which the label is known, which sets a threshold
 * without any mask: a percentile over the brain pixels of healthy ones, or what the labels of
 * healthy and diseased ones speak for.
 */
public final class Calibration {
  private static final long SEED = 1; // of which slices are drawn

  /**
   * Rows of the slices to measure on.
   *
   * @param healthy at least one
   * @param diseased none, or as many
   */
  public record Rows(List<Integer> healthy, List<Integer> diseased) {
    /** How many there are. */
    public int count() {
      return healthy.size() + diseased.size();
    }
  }

  /**
   * How a method runs, and the maps of the slices that this was measured by.
   *
   * @param values in the order of the rows
   */
  public record Measured(DetectorConfig config, Measurement.Values values) {}

  private Calibration() {}

  /**
   * The rows that a method's threshold is measured on, drawn at random: healthy ones, or by image
   * labels diseased ones and healthy ones of like height, because what is healthy looks alike then.
   *
   * @throws DataException where the split has no such slice
   */
  public static Rows rows(PreparedSet set, LearnedMethod<?> method, CalibrationSettings settings) {
    List<Integer> healthy = healthyRows(set, settings.split(), set.slices().size());
    if (method.settings(settings).threshold() != ThresholdRule.IMAGE_LABELS) {
      return new Rows(first(healthy, settings.slices()), List.of());
    }
    return labelledRows(set, settings, settings.slices());
  }

  /**
   * Rows of diseased slices, drawn at random, and of as many healthy ones of like height.
   *
   * @param most diseased ones at most
   * @throws DataException where the split has no such slice
   */
  public static Rows labelledRows(PreparedSet set, CalibrationSettings settings, int most) {
    List<Integer> healthy = healthyRows(set, settings.split(), set.slices().size());
    String glob = settings.diseasedSubjects().orElse("*");
    PathMatcher wanted = FileSystems.getDefault().getPathMatcher("glob:" + glob);
    List<Integer> diseased =
        rows(
            set,
            settings.split(),
            slice -> slice.diseased() && wanted.matches(Path.of(slice.subject())));
    if (diseased.isEmpty()) {
      throw new DataException(
          ("%s has no diseased slice of subjects \"%s\" in its %s split to calibrate on; change"
                  + " calibration.diseased_subjects or calibration.split")
              .formatted(set.folder(), glob, title(settings.split())));
    }
    List<Integer> drawn = first(diseased, most);
    Heights heights =
        new Heights(set.slices(), healthy.stream().mapToInt(Integer::intValue).toArray());
    return new Rows(heights.like(drawn, new Random(SEED)), drawn);
  }

  /**
   * The rows of the healthy slices to measure on.
   *
   * @param most as many as are wanted, drawn at random
   * @throws DataException where the split has no healthy slice
   */
  public static List<Integer> healthyRows(PreparedSet set, Split split, int most) {
    List<Integer> rows = rows(set, split, slice -> !slice.diseased());
    if (rows.isEmpty()) {
      throw new DataException(
          "%s has no healthy slice to calibrate on in its %s split; put subjects there or choose"
                  .formatted(set.folder(), title(split))
              + " another with calibration.split");
    }
    return first(rows, most);
  }

  /** Rows in random order. */
  private static List<Integer> rows(PreparedSet set, Split split, Predicate<PreparedSlice> wanted) {
    List<Integer> rows =
        new ArrayList<>(
            IntStream.range(0, set.slices().size())
                .filter(row -> set.slices().get(row).split() == split)
                .filter(row -> wanted.test(set.slices().get(row)))
                .boxed()
                .toList());
    Collections.shuffle(rows, new Random(SEED));
    return rows;
  }

  private static List<Integer> first(List<Integer> rows, int most) {
    return rows.subList(0, Math.min(most, rows.size()));
  }

  private static String title(Split split) {
    return split.name().toLowerCase(Locale.ROOT);
  }

  /**
   * Throws what {@link #measure} would about the networks and the device, before the data are
   * prepared for it.
   *
   * @throws dev.hale.engine.DeviceException if the device is absent
   * @throws CheckpointException where a network is missing or does not fit
   */
  public static <S extends MethodSettings> void requireNetworks(
      Path folder, LearnedMethod<S> method, CalibrationSettings settings, DetectorOptions options) {
    MethodSettings how =
        method.provisional(method.settings(settings)).withThreshold(ThresholdRule.OTSU);
    DetectorConfig config = DetectorConfig.unmeasured(method, how, settings.percentile());
    new SliceDetector(folder, config, options).close();
  }

  /**
   * Measures what a method's settings leave open, and then its label-free threshold.
   *
   * @param folder the model's
   * @param rows of the set, for this method
   * @param options where and how the networks compute
   * @param chains shared with other methods that are measured on the same rows
   * @return how the method runs from now on, and what it was measured by
   * @throws DataException where the set was prepared otherwise than the networks' training images
   * @throws CheckpointException where a network is missing
   */
  public static <S extends MethodSettings> Measured measure(
      Path folder,
      LearnedMethod<S> method,
      CalibrationSettings settings,
      PreparedSet set,
      Rows rows,
      DetectorOptions options,
      ChainCache chains,
      DetectionProgress progress) {
    SliceMeasurement measurement =
        new SliceMeasurement(folder, settings, set, rows, options, chains, progress);
    Calibrated<S> calibrated = method.calibrate(method.settings(settings), measurement);
    Measurement.Values values = measurement.maps(method, calibrated.settings());
    double percentile = values.percentile(settings.percentile());
    Double byLabels =
        calibrated.marked().isPresent()
            ? (Double) values.marking(calibrated.marked().getAsDouble())
            : values.byLabels(percentile);
    Double spotArea = settings.dropSpots() ? (Double) spotArea(values, set, rows, byLabels) : null;
    DetectorConfig config =
        new DetectorConfig(
            method, calibrated.settings(), settings.percentile(), percentile, byLabels, spotArea);
    return new Measured(config, values);
  }

  private static double spotArea(
      Measurement.Values values, PreparedSet set, Rows rows, Double threshold) {
    if (threshold == null) {
      throw new DataException(
          "calibration.drop_spots learns from image labels; set the method's threshold to"
              + " image-labels, too");
    }
    return SpotArea.least(
        areas(values.healthy(), set, rows.healthy(), threshold),
        areas(values.diseased(), set, rows.diseased(), threshold));
  }

  private static List<RegionMap> areas(
      List<RegionMap> maps, PreparedSet set, List<Integer> rows, double threshold) {
    return IntStream.range(0, maps.size())
        .mapToObj(
            n -> {
              byte[] brain = set.brain(rows.get(n));
              return SpotArea.areas(Voxels.scatter(maps.get(n).values(), brain), brain, threshold);
            })
        .toList();
  }
}
