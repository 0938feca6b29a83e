package dev.hale.detection.method;

import dev.hale.attribution.Attribution;
import dev.hale.attribution.AttributionMethod;
import dev.hale.attribution.CriticScore;
import dev.hale.detection.DetectionProgress;
import dev.hale.detection.SliceImages;
import dev.hale.engine.Device;
import dev.hale.engine.Fingerprint;
import dev.hale.engine.LibTorchErrors;
import dev.hale.engine.Parameters;
import dev.hale.engine.Scope;
import dev.hale.engine.Tensors;
import dev.hale.engine.Usage;
import dev.hale.engine.kernels.AttributionMapOptions;
import dev.hale.model.ConvCritic;
import dev.hale.model.CriticConfig;
import dev.hale.model.NetworkFile;
import dev.hale.scan.Preprocessing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Maps of how much each pixel of an image makes a trained critic call it diseased
 * (Wargnier-Dauchelle et al., IEEE TMI 2023). Safe to use from several threads. S is the model's
 * image size, C the number of channels.
 */
public final class CriticAttribution implements AutoCloseable {
  /** The critic's name in a model folder. */
  public static final String FILE = "critic.safetensors";

  /** The key of its file's checksum in the provenance. */
  static final String SHA256 = "criticSha256";

  private final Parameters parameters;
  private final ConvCritic critic;
  private final Preprocessing preprocessing;
  private final int context;
  private final Settings settings;
  private final Map<String, String> provenance;
  private final Usage usage;

  /**
   * How attributions are computed.
   *
   * @param method which
   * @param score of what
   * @param steps gradients an image, where the method takes several; at least 1
   * @param positive whether only what pushes towards diseased is kept, and the rest is 0
   * @param smoothing standard deviation in pixels of a Gaussian blur inside the brain, 0 for none
   * @param batchSize images that go through the network together, at least 1
   * @param seed of what a method draws
   * @param device where
   */
  public record Settings(
      AttributionMethod method,
      CriticScore score,
      int steps,
      boolean positive,
      double smoothing,
      int batchSize,
      long seed,
      Device device) {
    /** The gradient, on the CPU. */
    public static final Settings DEFAULT =
        new Settings(
            AttributionMethod.GRADIENT, CriticScore.LOGIT, 32, false, 0, 16, 1, Device.CPU);

    /** On another device. */
    public Settings on(Device other) {
      return new Settings(method, score, steps, positive, smoothing, batchSize, seed, other);
    }

    public Settings {
      if (steps < 1 || batchSize < 1 || !(smoothing >= 0) || Double.isInfinite(smoothing)) {
        throw new IllegalArgumentException(
            "steps %d, batch %d and smoothing %s, expected at least 1, 1 and 0"
                .formatted(steps, batchSize, smoothing));
      }
    }
  }

  /**
   * What a critic says of images.
   *
   * @param maps {@code [n][j * S + i]}, the attribution summed over channels; above 0 towards
   *     diseased, 0 outside the brain
   * @param logits one an image, above 0 for diseased
   */
  public record Maps(float[][] maps, float[] logits) {
    /** The probability that an image is diseased. */
    public double probability(int image) {
      return 1 / (1 + Math.exp(-logits[image]));
    }
  }

  /**
   * Opens a critic.
   *
   * @param model its file, or a folder with {@code critic.safetensors}
   * @throws dev.hale.engine.CheckpointException where there is none, or it is no critic of images
   */
  public CriticAttribution(Path model, Settings settings) {
    this.settings = settings;
    settings.device().requireAvailable();
    Path file = Files.isDirectory(model) ? model.resolve(FILE) : model;
    try (NetworkFile read = NetworkFile.readCritic(file)) {
      CriticConfig config = read.section("network", CriticConfig.class);
      preprocessing = read.section("preprocessing", Preprocessing.class);
      config.requireFits(preprocessing.imageSize(), preprocessing.imageSize());
      context = Stacks.context(file, config.inChannels(), preprocessing);
      parameters = read.parameters().to(settings.device());
      critic = new ConvCritic(config, parameters);
    }
    provenance = provenance(file);
    usage = new Usage("the critic", parameters::close);
  }

  private Map<String, String> provenance(Path file) {
    Map<String, String> map = new LinkedHashMap<>();
    map.put(SHA256, Fingerprint.sha256(file));
    map.put("method", settings.method().toString());
    map.put("score", settings.score().toString());
    map.put("steps", String.valueOf(settings.steps()));
    map.put("positive", String.valueOf(settings.positive()));
    map.put("smoothing", String.valueOf(settings.smoothing()));
    map.put("seed", String.valueOf(settings.seed()));
    map.put("device", settings.device().toString());
    return Collections.unmodifiableMap(map);
  }

  /** How many slices below and above each it sees as well. */
  public int context() {
    return context;
  }

  /** What made the images that the critic was trained on. */
  public Preprocessing preprocessing() {
    return preprocessing;
  }

  /** What makes the maps, to be written beside them. */
  public Map<String, String> provenance() {
    return provenance;
  }

  /**
   * Attributes images.
   *
   * @param slices with as many around each as {@link #context} says
   * @param references of expected gradients, as {@link SliceImages#stacked} has them; without any,
   *     the zero image
   * @throws IllegalStateException if this is closed
   */
  public Maps maps(SliceImages slices, float[][] references, DetectionProgress progress) {
    float[][] images = slices.stacked();
    byte[][] brains = slices.ownBrains();
    float[][] maps = new float[images.length][];
    float[] logits = new float[images.length];
    try (Usage.Lease lease = usage.begin();
        Scope scope = new Scope()) {
      Tensor pool = references.length == 0 ? null : tensor(references, 0, references.length);
      for (int from = 0; from < images.length; from += settings.batchSize()) {
        int to = Math.min(images.length, from + settings.batchSize());
        long[] seeds = LongStream.range(from, to).map(n -> settings.seed() + n).toArray();
        try (Scope chunk = new Scope()) {
          Tensor x = tensor(images, from, to);
          Tensor inside =
              Tensors.ofBytes(Arrays.copyOfRange(brains, from, to), to - from, x.size(2), x.size(3))
                  .to(x.device(), torch.ScalarType.Byte);
          System.arraycopy(verdict(x), 0, logits, from, to - from);
          System.arraycopy(Tensors.rows(maps(x, inside, pool, seeds)), 0, maps, from, to - from);
        }
        progress.onSlices(to, images.length);
      }
      return new Maps(maps, logits);
    } catch (RuntimeException e) {
      throw LibTorchErrors.explain(e);
    }
  }

  /**
   * Attributes a batch on its device, without references.
   *
   * @return {@code [N, S, S]} like {@link Maps#maps}, owned by the enclosing scope
   * @throws IllegalStateException if this is closed
   */
  public Tensor maps(SliceMethod.SliceBatch batch) {
    try (Usage.Lease lease = usage.begin();
        Scope scope = new Scope()) {
      return scope.keep(maps(batch.stacked(context), batch.brains(), null, batch.seeds()));
    }
  }

  /**
   * Likewise, of the slices that lie so many above those of the batch.
   *
   * @param above at most as many as there are around, less {@link #context}
   */
  Tensor maps(SliceMethod.SliceBatch batch, int above) {
    try (Usage.Lease lease = usage.begin();
        Scope scope = new Scope()) {
      int middle = batch.around().middle();
      Tensor brains = batch.around().brains().select(1, middle + above).contiguous();
      return scope.keep(maps(batch.stacked(context, above), brains, null, batch.seeds()));
    }
  }

  private Tensor maps(Tensor x, Tensor brains, Tensor references, long[] seeds) {
    Attribution attribution =
        settings
            .method()
            .attribution(settings.steps(), references, n -> seeds[n], settings.batchSize());
    Tensor all = attribution.of(settings.score().of(critic), x);
    int channels = preprocessing.channels().size();
    Tensor own = all.narrow(1, (long) context * channels, channels);
    Tensor seen = x.narrow(1, (long) context * channels, channels);
    return BrainMaps.of(
        new AbsentChannels(preprocessing).zero(own, seen).contiguous(),
        brains,
        new AttributionMapOptions(settings.positive(), settings.smoothing(), false));
  }

  /**
   * What the critic says of images, without any map.
   *
   * @param slices with as many around each as {@link #context} says
   * @return one an image, above 0 for diseased
   * @throws IllegalStateException if this is closed
   */
  public float[] logits(SliceImages slices) {
    float[][] images = slices.stacked();
    float[] logits = new float[images.length];
    try (Usage.Lease lease = usage.begin();
        Scope scope = new Scope()) {
      for (int from = 0; from < images.length; from += settings.batchSize()) {
        int to = Math.min(images.length, from + settings.batchSize());
        try (Scope chunk = new Scope()) {
          System.arraycopy(verdict(tensor(images, from, to)), 0, logits, from, to - from);
        }
      }
    } catch (RuntimeException e) {
      throw LibTorchErrors.explain(e);
    }
    return logits;
  }

  /** The same of a batch on its device. */
  float[] logits(SliceMethod.SliceBatch batch) {
    try (Usage.Lease lease = usage.begin();
        Scope scope = new Scope()) {
      return verdict(batch.stacked(context));
    }
  }

  private float[] verdict(Tensor x) {
    try (NoGradGuard noGrad = new NoGradGuard()) {
      return Tensors.values(critic.forward(x));
    }
  }

  private Tensor tensor(float[][] images, int from, int to) {
    int size = preprocessing.imageSize();
    return Tensors.of(images, from, to, to - from, images[from].length / (size * size), size, size)
        .to(settings.device().torch(), torch.ScalarType.Float);
  }

  @Override
  public void close() {
    usage.close();
  }
}
