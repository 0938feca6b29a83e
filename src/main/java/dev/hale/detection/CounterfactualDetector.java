package dev.hale.detection;

import dev.hale.data.AnomalyMap;
import dev.hale.data.PreparedScan;
import dev.hale.data.Preprocessing;
import dev.hale.data.Scan;
import dev.hale.detection.CounterfactualSettings.Difference;
import dev.hale.detection.CounterfactualSettings.Threshold;
import dev.hale.engine.CheckpointException;
import dev.hale.engine.Scope;
import dev.hale.engine.Tensors;
import dev.hale.engine.kernels.Kernels;
import dev.hale.evaluation.Thresholds;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Counterfactual detection (Wolleb, Bieder, Sandkühler and Cattin, MICCAI 2022): encode the image
 * to noise, decode it towards healthy, map the difference.
 */
public final class CounterfactualDetector implements AnomalyDetector {
  private static final double SCORE_PERCENTILE = 99;

  private final CounterfactualModel model;
  private final DetectorConfig config;
  private final DetectorOptions options;
  private final Counterfactual counterfactual;
  private final Map<String, String> provenance;
  private final int[] brightChannels;
  private final Usage usage;

  /**
   * Opens a model folder.
   *
   * @param folder with {@code diffusion.safetensors}, {@code classifier.safetensors} and, unless
   *     {@code config} is given, {@code detector.json}
   * @param config how to run
   */
  public CounterfactualDetector(Path folder, DetectorConfig config, DetectorOptions options) {
    this.config = config;
    this.options = options;
    if (config.settings().threshold() == Threshold.HEALTHY && config.healthyThreshold() == null) {
      throw new CheckpointException(
          "%s: no healthy threshold is stored with the model; run hale calibrate, or use otsu"
              .formatted(folder));
    }
    options.device().requireAvailable();
    Kernels kernels = Kernels.of(options.device().torch().type());
    model = CounterfactualModel.read(folder, options.device(), options.precision());
    try {
      brightChannels =
          brightChannels(config.settings().difference(), model.preprocessing().channels());
      counterfactual = new Counterfactual(model, config.settings(), kernels);
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
    provenance = provenance(folder, kernels);
    usage = new Usage("the detector", model::close);
  }

  private Map<String, String> provenance(Path folder, Kernels kernels) {
    CounterfactualSettings settings = config.settings();
    Map<String, String> map = new LinkedHashMap<>();
    map.put("method", config.method());
    map.put("diffusionModelSha256", Fingerprint.sha256(folder.resolve("diffusion.safetensors")));
    map.put("classifierSha256", Fingerprint.sha256(folder.resolve("classifier.safetensors")));
    map.put("chain", lower(settings.chain()));
    map.put("noiseLevel", String.valueOf(settings.noiseLevel()));
    map.put("steps", String.valueOf(settings.steps()));
    map.put("guidance", String.valueOf(settings.guidance()));
    map.put("encodingLabel", String.valueOf(settings.encodingLabel()));
    map.put("difference", lower(settings.difference()));
    map.put("smoothing", String.valueOf(settings.smoothing()));
    map.put("thresholdRule", thresholdName());
    if (settings.threshold() == Threshold.HEALTHY) {
      map.put("healthyThreshold", String.valueOf(config.healthyThreshold()));
    }
    map.put("seed", String.valueOf(options.seed()));
    map.put("precision", options.precision().toString());
    map.put("device", options.device().toString());
    map.put("kernels", kernels.implementation());
    String version = CounterfactualDetector.class.getPackage().getImplementationVersion();
    map.put("haleVersion", version == null ? "development" : version);
    return Collections.unmodifiableMap(map);
  }

  /** As {@code detector.json} writes it. */
  private static String lower(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private String thresholdName() {
    return config.settings().threshold() == Threshold.OTSU
        ? "otsu"
        : "healthy percentile " + config.healthyPercentile();
  }

  @Override
  public Preprocessing preprocessing() {
    return model.preprocessing();
  }

  @Override
  public Map<String, String> provenance() {
    return provenance;
  }

  @Override
  public AnomalyMap detect(Scan scan, byte[] brainMask, DetectionProgress progress) {
    try (Usage.Lease lease = usage.begin()) {
      return detectOpen(scan, brainMask, progress);
    }
  }

  private AnomalyMap detectOpen(Scan scan, byte[] brainMask, DetectionProgress progress) {
    PreparedScan prepared = model.preprocessing().prepare(scan, brainMask);
    ModelMaps maps = mapsOpen(prepared.images(), prepared.masks(), progress);
    float[] volume = prepared.restore(maps.maps(), 0);
    byte[] brain = prepared.brainMask();
    Threshold rule = config.settings().threshold();
    double threshold =
        rule == Threshold.OTSU ? Thresholds.otsu(volume, brain) : config.healthyThreshold();
    return new AnomalyMap(
        scan.grid(),
        volume,
        Thresholds.above(volume, threshold, brain),
        prepared.restoreScan(maps.healthy()),
        threshold,
        thresholdName(),
        Thresholds.percentile(volume, brain, SCORE_PERCENTILE),
        provenance);
  }

  /**
   * Anomaly maps and healthy images at the model's resolution.
   *
   * @param maps {@code [n][j * S + i]}, 0 outside the brain
   * @param healthy {@code [n][(c * S + j) * S + i]}
   */
  public record ModelMaps(float[][] maps, float[][] healthy) {}

  /**
   * The model's own view of a prepared scan.
   *
   * @throws IllegalStateException if the detector is closed
   */
  public ModelMaps maps(PreparedScan prepared, DetectionProgress progress) {
    try (Usage.Lease lease = usage.begin()) {
      return mapsOpen(prepared.images(), prepared.masks(), progress);
    }
  }

  /**
   * Maps of images that were prepared earlier, as {@link #preprocessing} says.
   *
   * @param images {@code [n][(c * S + j) * S + i]} in [-1, 1]
   * @param brains {@code [n][j * S + i]}, 0 or 1
   * @throws IllegalStateException if the detector is closed
   */
  public ModelMaps maps(float[][] images, byte[][] brains, DetectionProgress progress) {
    try (Usage.Lease lease = usage.begin()) {
      return mapsOpen(images, brains, progress);
    }
  }

  private ModelMaps mapsOpen(float[][] images, byte[][] masks, DetectionProgress progress) {
    int size = model.preprocessing().imageSize();
    int channels = model.preprocessing().channels().size();
    int pixels = size * size;
    int count = images.length;
    float[][] healthy = new float[count][];
    float[][] maps = new float[count][];
    for (int from = 0; from < count; from += options.batchSize()) {
      int to = Math.min(count, from + options.batchSize());
      float[] values = healthyImages(images, from, to, progress);
      for (int n = from; n < to; n++) {
        healthy[n] = new float[channels * pixels];
        System.arraycopy(values, (n - from) * channels * pixels, healthy[n], 0, channels * pixels);
        float[] difference = difference(images[n], healthy[n], masks[n], channels);
        maps[n] = MaskedBlur.apply(difference, masks[n], size, config.settings().smoothing());
      }
    }
    return new ModelMaps(maps, healthy);
  }

  private float[] healthyImages(float[][] images, int from, int to, DetectionProgress progress) {
    int size = model.preprocessing().imageSize();
    int channels = model.preprocessing().channels().size();
    try (Scope scope = new Scope();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor x =
          Tensors.of(images, from, to, to - from, channels, size, size)
              .to(options.device().torch(), org.bytedeco.pytorch.global.torch.ScalarType.Float);
      int[] done = {0};
      Tensor result =
          counterfactual.healthy(
              x,
              options.seed() + from,
              (step, image) ->
                  progress.onSlices(
                      from + (double) (to - from) * ++done[0] / counterfactual.steps(),
                      images.length));
      return Tensors.values(result);
    }
  }

  private float[] difference(float[] image, float[] healthy, byte[] mask, int channels) {
    int pixels = mask.length;
    float[] map = new float[pixels];
    for (int p = 0; p < pixels; p++) {
      if (mask[p] == 0) {
        continue;
      }
      if (config.settings().difference() == Difference.ABSOLUTE) {
        for (int c = 0; c < channels; c++) {
          map[p] += Math.abs(image[c * pixels + p] - healthy[c * pixels + p]);
        }
      } else {
        for (int c : brightChannels) {
          map[p] += image[c * pixels + p] - healthy[c * pixels + p];
        }
        map[p] = Math.max(0, map[p]);
      }
    }
    return map;
  }

  /** Channels whose difference has a sign that means lesion. */
  private static int[] brightChannels(Difference difference, List<String> channels) {
    if (difference != Difference.BRIGHTER_FLAIR_T2) {
      return new int[] {0};
    }
    int[] indices = {channels.indexOf("FLAIR"), channels.indexOf("T2")};
    if (indices[0] < 0 || indices[1] < 0) {
      throw new CheckpointException(
          "difference brighter-flair-t2 needs the channels FLAIR and T2, the model has %s"
              .formatted(String.join(", ", channels)));
    }
    return indices;
  }

  @Override
  public void close() {
    usage.close();
  }
}
