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
import dev.hale.engine.Device;
import dev.hale.evaluation.RegionMap;
import dev.hale.evaluation.Voxels;
import dev.hale.scan.DataException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/** Measures on the slices of a prepared set. Whoever waits is told of one map after the other. */
final class SliceMeasurement implements Measurement {
  private final Path folder;
  private final CalibrationSettings settings;
  private final PreparedSet set;
  private final Calibration.Rows rows;
  private final Device device;
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
      Device device,
      ChainCache chains,
      DetectionProgress progress) {
    this.folder = folder;
    this.settings = settings;
    this.set = set;
    this.rows = rows;
    this.device = device;
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
    List<RegionMap> inside = inside(method, how, all, RegionMap::of);
    List<float[]> maps = inside.stream().map(RegionMap::values).toList();
    List<boolean[]> rims = inside.stream().map(RegionMap::rim).toList();
    int healthy = rows.healthy().size();
    int end = inside.size();
    return new Values(
        maps.subList(0, healthy),
        maps.subList(healthy, end),
        rims.subList(0, healthy),
        rims.subList(healthy, end));
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
    try (SliceDetector detector =
        new SliceDetector(folder, config, DetectorOptions.on(device), chains)) {
      if (!set.preprocessing().equals(detector.preprocessing())) {
        throw new DataException(
            "%s was prepared otherwise than the model's training images: %s, the model's were %s"
                .formatted(set.folder(), set.preprocessing(), detector.preprocessing()));
      }
      SliceImages read = withNeighbours(wanted, detector.context());
      float[][] maps = detector.maps(read, all);
      measured += wanted.size();
      return IntStream.range(0, maps.length)
          .mapToObj(i -> taken.apply(maps[i], read.brains()[i]))
          .toList();
    }
  }

  /** Rows of the set, then those beside them that are not among them. */
  private SliceImages withNeighbours(List<Integer> wanted, int context) {
    Map<Integer, Integer> places = new LinkedHashMap<>();
    wanted.forEach(row -> places.put(row, places.size()));
    int[][] neighbours =
        SliceImages.neighbours(
            wanted.size(),
            context,
            (n, offset) -> {
              int row = set.neighbour(wanted.get(n), offset);
              if (row == PreparedSet.NONE) {
                return SliceImages.NONE;
              }
              places.putIfAbsent(row, places.size());
              return places.get(row);
            });
    Slices read = slices(List.copyOf(places.keySet()));
    return new SliceImages(read.images(), read.brains(), neighbours);
  }

  @Override
  public double[] healthyLogits() {
    CriticAttribution.Settings plain = CriticAttribution.Settings.DEFAULT.on(device);
    try (CriticAttribution critic = new CriticAttribution(folder, plain)) {
      float[] logits = critic.logits(healthySlices().images());
      return IntStream.range(0, logits.length).mapToDouble(i -> logits[i]).toArray();
    }
  }

  @Override
  public Slices healthySlices() {
    return slices(rows.healthy());
  }

  private Slices slices(List<Integer> wanted) {
    float[][] images = new float[wanted.size()][set.channels() * set.imageSize() * set.imageSize()];
    byte[][] brains = new byte[wanted.size()][];
    for (int i = 0; i < images.length; i++) {
      set.image(wanted.get(i), images[i], 0);
      brains[i] = set.brain(wanted.get(i));
    }
    return new Slices(set.preprocessing().channels(), images, brains);
  }
}
