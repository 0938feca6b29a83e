package dev.hale.app.train;

import dev.hale.app.recipe.CalibrationSettings;
import dev.hale.data.prepared.PreparedSet;
import dev.hale.detection.DetectionProgress;
import dev.hale.detection.DetectorConfig;
import dev.hale.detection.DetectorOptions;
import dev.hale.detection.SliceDetector;
import dev.hale.detection.SliceImages;
import dev.hale.detection.ThresholdRule;
import dev.hale.detection.method.ChainCache;
import dev.hale.detection.method.CriticAttribution;
import dev.hale.detection.method.LearnedMethod;
import dev.hale.detection.method.Measurement;
import dev.hale.detection.method.MethodSettings;
import dev.hale.detection.method.Recipe;
import dev.hale.evaluation.RegionMap;
import dev.hale.evaluation.Voxels;
import dev.hale.scan.DataException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/** Measures on the slices of a prepared set. Whoever waits is told of one map after the other. */
final class SliceMeasurement implements Measurement {
  private final Path folder;
  private final CalibrationSettings settings;
  private final PreparedSet set;
  private final Calibration.Rows rows;
  private final DetectorOptions options;
  private final ChainCache chains;
  private final DetectionProgress progress;
  private int measured; // slices of the maps so far

  /**
   * With the networks of a model folder.
   *
   * @param chains a chain that was followed for one map is not followed again for another
   */
  SliceMeasurement(
      Path folder,
      CalibrationSettings settings,
      PreparedSet set,
      Calibration.Rows rows,
      DetectorOptions options,
      ChainCache chains,
      DetectionProgress progress) {
    this.folder = folder;
    this.settings = settings;
    this.set = set;
    this.rows = rows;
    this.options = options;
    this.chains = chains;
    this.progress = progress;
  }

  @Override
  public Recipe recipe() {
    return settings;
  }

  @Override
  public double percentile() {
    return settings.percentile();
  }

  @Override
  public <S extends MethodSettings> Values maps(LearnedMethod<S> method, S how) {
    List<Integer> all = new ArrayList<>(rows.healthy());
    all.addAll(rows.diseased());
    List<RegionMap> maps = inside(method, how, all, RegionMap::of);
    int healthy = rows.healthy().size();
    return new Values(maps.subList(0, healthy), maps.subList(healthy, maps.size()));
  }

  @Override
  public <S extends MethodSettings> List<float[]> healthyMaps(LearnedMethod<S> method, S how) {
    return inside(method, how, rows.healthy(), Voxels::inside);
  }

  /** What is taken of each map and its brain. */
  private <T> List<T> inside(
      LearnedMethod<?> method,
      MethodSettings how,
      List<Integer> wanted,
      BiFunction<float[], byte[], T> taken) {
    DetectionProgress all = (done, total) -> progress.onSlices(measured + done, measured + total);
    DetectorConfig config =
        DetectorConfig.unmeasured(
            method, how.withThreshold(ThresholdRule.OTSU), settings.percentile());
    try (SliceDetector detector = new SliceDetector(folder, config, options, chains)) {
      if (!set.preprocessing().equals(detector.preprocessing())) {
        throw new DataException(
            "%s was prepared otherwise than the model's training images: %s, the model's were %s"
                .formatted(set.folder(), set.preprocessing(), detector.preprocessing()));
      }
      SliceImages read = SetImages.withNeighbours(set, wanted, detector.context());
      float[][] maps = detector.mapsAlone(read, all);
      measured += wanted.size();
      return IntStream.range(0, maps.length)
          .mapToObj(i -> taken.apply(maps[i], read.brains()[i]))
          .toList();
    }
  }

  @Override
  public double[] healthyLogits() {
    CriticAttribution.Settings plain = CriticAttribution.Settings.DEFAULT.on(options.device());
    try (CriticAttribution critic = new CriticAttribution(folder, plain)) {
      float[] logits =
          critic.logits(SetImages.withNeighbours(set, rows.healthy(), critic.context()));
      return IntStream.range(0, logits.length).mapToDouble(i -> logits[i]).toArray();
    }
  }

  @Override
  public Slices healthySlices() {
    return SetImages.of(set, rows.healthy());
  }
}
