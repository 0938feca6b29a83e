package dev.hale.detection;

import dev.hale.Version;
import dev.hale.detection.Slices.Made;
import dev.hale.detection.method.ChainCache;
import dev.hale.detection.method.LearnedMethod;
import dev.hale.detection.method.MethodSettings;
import dev.hale.detection.method.ModelFolder;
import dev.hale.detection.method.SliceMethod;
import dev.hale.engine.CheckpointException;
import dev.hale.engine.ComputeThreads;
import dev.hale.engine.SystemMemory;
import dev.hale.engine.Usage;
import dev.hale.engine.kernels.Kernels;
import dev.hale.engine.trace.Span;
import dev.hale.engine.trace.Trace;
import dev.hale.scan.AnomalyMap;
import dev.hale.scan.Axis;
import dev.hale.scan.Grid;
import dev.hale.scan.PreparedScan;
import dev.hale.scan.Preprocessing;
import dev.hale.scan.Scan;
import dev.hale.scan.WantedChannels;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A detector that judges a scan slice by slice with the networks of a model folder. What a slice
 * goes through is the method's business; slices, thresholds and grids are seen to here.
 */
public final class SliceDetector implements AnomalyDetector {
  private static final double SCORE_PERCENTILE = 99;

  private final SliceMethod method;
  private final DetectorConfig config;
  private final DetectorOptions options;
  private final Map<String, String> provenance;
  private final ComputeThreads workers;
  private final Usage usage;

  /**
   * Opens a model folder.
   *
   * @param folder with the networks that the method needs
   * @param config what is done and how
   * @throws CheckpointException if a network is missing, damaged or does not fit
   * @throws IllegalArgumentException if the settings are not possible with these networks
   */
  public SliceDetector(Path folder, DetectorConfig config, DetectorOptions options) {
    this(folder, config, options, ChainCache.NONE);
  }

  /**
   * As {@link #SliceDetector(Path, DetectorConfig, DetectorOptions)}, for several methods on the
   * same images.
   *
   * @param cache shared by the detectors, to follow each deterministic chain once
   */
  public SliceDetector(
      Path folder, DetectorConfig config, DetectorOptions options, ChainCache cache) {
    this.config = config;
    ThresholdRule rule = config.settings().threshold();
    if (rule != ThresholdRule.OTSU && config.threshold() == null) {
      throw new CheckpointException(
          "%s: no %s threshold is stored with the model; calibrate it with that rule, or use otsu"
              .formatted(folder, rule));
    }
    options.device().requireAvailable();
    Kernels kernels = Kernels.of(options.device());
    this.options = options.withPrecision(kernels.usable(options.precision()));
    ModelFolder model = new ModelFolder(folder, this.options, kernels, cache);
    method = open(config, model);
    provenance = provenance(model);
    workers =
        options.computeThreads(
            SystemMemory.available(), options.batchSize() * model.bytesPerSlice());
    usage =
        new Usage(
            "the detector",
            () -> {
              workers.close();
              model.close();
            });
  }

  private static SliceMethod open(DetectorConfig config, ModelFolder model) {
    if (!(config.method() instanceof LearnedMethod<?> learned)) {
      throw new IllegalArgumentException(
          config.method().name() + " maps no slices; open it with Hale.open");
    }
    try {
      return open(learned, config.settings(), model);
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private static <S extends MethodSettings> SliceMethod open(
      LearnedMethod<S> method, MethodSettings settings, ModelFolder model) {
    return method.open(method.settings().cast(settings), model);
  }

  private Map<String, String> provenance(ModelFolder model) {
    Map<String, String> map = new LinkedHashMap<>();
    map.put("method", config.method().name());
    map.putAll(model.provenance());
    map.put("smoothing", String.valueOf(config.settings().smoothing()));
    map.put("thresholdRule", thresholdName());
    if (config.threshold() != null) {
      map.put("threshold", String.valueOf(config.threshold()));
    }
    if (config.spotAreaOrZero() > 0) {
      map.put("spotArea", String.valueOf(config.spotArea()));
    }
    map.put("seed", String.valueOf(options.seed()));
    map.put("precision", options.precision().toString());
    map.put("device", options.device().toString());
    map.put("kernels", model.kernels().implementation());
    map.put("haleVersion", Version.current());
    return Collections.unmodifiableMap(map);
  }

  private String thresholdName() {
    return switch (config.settings().threshold()) {
      case OTSU -> "otsu";
      case HEALTHY -> "healthy percentile " + config.healthyPercentile();
      case IMAGE_LABELS -> "image labels";
      case HALF -> "one half";
    };
  }

  /** What a scan goes through before the networks see it. */
  public Preprocessing preprocessing() {
    return method.preprocessing();
  }

  @Override
  public Axis axis() {
    return preprocessing().axis();
  }

  @Override
  public List<String> channels() {
    return preprocessing().channels();
  }

  @Override
  public WantedChannels wanted() {
    return preprocessing().wanted();
  }

  @Override
  public Map<String, String> provenance() {
    return provenance;
  }

  @Override
  public AnomalyMap detect(Scan scan, byte[] brainMask, DetectionProgress progress) {
    try (DetectionSeries series = series()) {
      DetectionSeries.Turn turn = series.prepare(scan, brainMask, progress);
      turn.join();
      boolean more = true;
      while (more) {
        more = series.compute(true);
      }
      return turn.map();
    }
  }

  @Override
  public DetectionSeries series() {
    return new Series();
  }

  private final class Series implements DetectionSeries {
    private final Usage.Lease lease = usage.begin();
    private final SliceBatches batches = batches(method);

    @Override
    public Turn prepare(Scan scan, byte[] brainMask, DetectionProgress progress) {
      try (Span span = Trace.span("prepare")) {
        PreparedScan prepared = method.preprocessing().prepare(scan, brainMask);
        SliceImages images = SliceImages.of(prepared, method.context());
        Slices slices = new Slices(images, options.seed(), progress);
        return new Place(batches, scan, prepared, slices);
      }
    }

    @Override
    public boolean compute(boolean rest) {
      return batches.compute(rest);
    }

    @Override
    public void close() {
      batches.close();
      lease.close();
    }
  }

  private final class Place implements DetectionSeries.Turn {
    private final SliceBatches batches;
    private final Scan scan;
    private final PreparedScan prepared;
    private final Slices slices;

    Place(SliceBatches batches, Scan scan, PreparedScan prepared, Slices slices) {
      this.batches = batches;
      this.scan = scan;
      this.prepared = prepared;
      this.slices = slices;
    }

    @Override
    public void join() {
      batches.add(slices);
    }

    @Override
    public boolean isDone() {
      return slices.isDone();
    }

    @Override
    public AnomalyMap map() {
      return anomalyMap(scan, prepared, slices.made());
    }
  }

  private AnomalyMap anomalyMap(Scan scan, PreparedScan prepared, Made maps) {
    try (Span span = Trace.span("restore")) {
      float[] volume = prepared.restore(maps.maps(), 0);
      try (MapVoxels voxels = new MapVoxels(volume, prepared.brainMask())) {
        double threshold = config.threshold() == null ? voxels.otsu() : config.threshold();
        return new AnomalyMap(
            scan.grid(),
            volume,
            withoutSpots(voxels.above(threshold), scan.grid()),
            maps.healthy() == null ? null : prepared.restoreScan(maps.healthy()),
            maps.uncertainty() == null ? null : prepared.restore(maps.uncertainty(), 0),
            threshold,
            thresholdName(),
            voxels.percentile(SCORE_PERCENTILE),
            provenance);
      }
    }
  }

  private byte[] withoutSpots(byte[] mask, Grid grid) {
    return config.spotAreaOrZero() == 0
        ? mask
        : MarkedSpots.drop(mask, grid, preprocessing(), config.spotAreaOrZero());
  }

  /**
   * How many slices on either side of one the method looks at, too; 0 where it judges each by
   * itself.
   */
  public int context() {
    return method.context();
  }

  /**
   * Maps of images that were prepared earlier, as {@link #preprocessing} says, each by itself.
   *
   * @param images {@code [n][(c * S + j) * S + i]} in [-1, 1]
   * @param brains {@code [n][j * S + i]}, 0 or 1
   * @return {@code [n][j * S + i]}, smoothed, 0 outside the brain
   * @throws DetectionCancelled as {@link #detect(Scan, byte[], DetectionProgress)}
   * @throws IllegalStateException if the detector is closed
   */
  public float[][] maps(float[][] images, byte[][] brains, DetectionProgress progress) {
    return maps(SliceImages.alone(images, brains, method.context()), progress);
  }

  /**
   * Likewise, of slices whose neighbours are known.
   *
   * @param images with as many neighbours on either side as {@link #context} says
   */
  public float[][] maps(SliceImages images, DetectionProgress progress) {
    return maps(method, images, progress);
  }

  /**
   * The same maps, without making the healthy images that {@link #maps(SliceImages,
   * DetectionProgress)} makes beside them.
   */
  public float[][] mapsAlone(SliceImages images, DetectionProgress progress) {
    return maps(method.mapsAlone(), images, progress);
  }

  private float[][] maps(SliceMethod mapping, SliceImages images, DetectionProgress progress) {
    try (Usage.Lease lease = usage.begin();
        SliceBatches batches = batches(mapping)) {
      Slices slices = new Slices(images, options.seed(), progress);
      batches.add(slices);
      while (!slices.isDone()) {
        batches.compute(true);
      }
      return slices.made().maps();
    }
  }

  private SliceBatches batches(SliceMethod mapping) {
    return new SliceBatches(
        mapping,
        method.context(),
        options.batchSize(),
        options.device(),
        config.settings().smoothing(),
        workers);
  }

  @Override
  public void close() {
    usage.close();
  }
}
