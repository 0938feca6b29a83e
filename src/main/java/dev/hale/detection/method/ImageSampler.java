package dev.hale.detection.method;

import dev.hale.detection.DetectionProgress;
import dev.hale.detection.DetectorOptions;
import dev.hale.diffusion.ChainStep;
import dev.hale.diffusion.NoiseSource;
import dev.hale.diffusion.Sampler;
import dev.hale.diffusion.Samplers;
import dev.hale.diffusion.Sampling;
import dev.hale.diffusion.Slerp;
import dev.hale.diffusion.StepObserver;
import dev.hale.engine.CheckpointException;
import dev.hale.engine.LibTorchErrors;
import dev.hale.engine.Scope;
import dev.hale.engine.Tensors;
import dev.hale.engine.kernels.Kernels;
import dev.hale.scan.Preprocessing;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Makes images with a diffusion network by DDIM (Song, Meng and Ermon, ICLR 2021): of noise, of a
 * noised image, and between two of either along the sphere (appendix D.5). An image does not depend
 * on how many are made with it.
 *
 * <p>Images are {@code [(c * S + j) * S + i]} in about [-1, 1], as {@link #preprocessing} makes
 * them; S is the image size, C the number of channels. Where the network makes several slices at
 * once ({@link #context}), images are of the middle one, and those that are given to it have all of
 * them among their channels ({@link dev.hale.detection.SliceImages#stacked}). For one thread at a
 * time.
 */
public final class ImageSampler implements AutoCloseable {
  private static final List<String> CLASSES = List.of("healthy", "diseased");

  private final DiffusionModel model;
  private final DetectorOptions options;
  private final Kernels kernels;

  /**
   * How images are made.
   *
   * @param level how many noise levels images go through, of the T of training; 1 or more
   * @param steps of DDIM, from 1 to {@code level}
   * @param sampler how the chain is followed, by the name of a {@link Sampler}
   * @param eta of DDIM, 1 for as much noise on the way as DDPM adds (eq. 16), 0 for none
   * @param label which of {@link #classes} the network is told; 0 where it knows none
   */
  public record Chain(int level, int steps, String sampler, double eta, int label) {
    public Chain {
      Samplers.named(sampler);
      if (steps < 1 || steps > level) {
        throw new IllegalArgumentException(
            "steps are %d, expected 1 to %d, the noise level".formatted(steps, level));
      }
      if (!(eta >= 0 && eta <= 1)) {
        throw new IllegalArgumentException("eta is %s, expected 0 to 1".formatted(eta));
      }
    }

    /** Whether noise is drawn on the way. */
    public boolean draws() {
      return Samplers.named(sampler).draws(eta);
    }
  }

  private ImageSampler(DiffusionModel model, DetectorOptions options, Kernels kernels) {
    this.model = model;
    this.options = options;
    this.kernels = kernels;
  }

  /**
   * Reads a network.
   *
   * @param file of a diffusion network
   * @param options its seed is not looked at
   * @throws CheckpointException if it is none, or damaged
   */
  public static ImageSampler open(Path file, DetectorOptions options) {
    Kernels kernels = Kernels.of(options.device().requireAvailable());
    return new ImageSampler(
        DiffusionModel.read(file, options.device(), kernels.usable(options.precision())),
        options,
        kernels);
  }

  /** What made the images that the network was trained on. */
  public Preprocessing preprocessing() {
    return model.preprocessing();
  }

  /** How many slices below and above each it makes with it. */
  public int context() {
    return model.context();
  }

  /** The classes that the network was told in training; none, or healthy and diseased. */
  public List<String> classes() {
    return model.unet().config().numClasses() < CLASSES.size() ? List.of() : CLASSES;
  }

  /** The highest noise level that the network has learned, of the T of training. */
  public int noiseLevels() {
    return model.noiseLevels();
  }

  /**
   * Throws unless the network has learned to start from noise alone.
   *
   * @throws CheckpointException if it knows the lower levels only
   */
  public void requireAllNoiseLevels() {
    int all = model.settings().trainingSteps();
    if (noiseLevels() < all) {
      throw new CheckpointException(
          ("%s has learned the noise levels below %d of %d and cannot start from noise alone; start"
                  + " from a scan, or train it with diffusion.training.noise_levels=%3$d"
                  + " (docs/howto/sample.md)")
              .formatted(model.file(), noiseLevels(), all));
    }
  }

  /**
   * Images of noise.
   *
   * @param seeds one an image, which follows from it and the chain
   * @return {@code [N][C * S * S]}
   * @throws CheckpointException as {@link #requireAllNoiseLevels}
   */
  public float[][] ofNoise(long[] seeds, Chain chain, DetectionProgress progress) {
    requireAllNoiseLevels();
    requireLearned(chain);
    return inBatches(
        seeds.length,
        chain,
        progress,
        (rows, observer) -> {
          SliceNoise noise = noise(seeds, rows);
          return decode(noise.like(blank(rows.length)), chain, true, noise, observer);
        });
  }

  /**
   * What an image might have been: noised to the chain's level, √ᾱ x + √(1-ᾱ) ε, and denoised.
   *
   * @param seeds one an image
   * @return {@code [N][C * S * S]}
   */
  public float[][] ofNoised(float[] image, long[] seeds, Chain chain, DetectionProgress progress) {
    requireLearned(chain);
    double alpha = model.settings().noiseSchedule().alphasCumprod()[chain.level() - 1];
    return inBatches(
        seeds.length,
        chain,
        progress,
        (rows, observer) -> {
          SliceNoise noise = noise(seeds, rows);
          Tensor epsilon = noise.like(blank(rows.length));
          Tensor noised =
              tensor(image)
                  .mul(new Scalar(Math.sqrt(alpha)))
                  .add(epsilon.mul(new Scalar(Math.sqrt(1 - alpha))));
          return decode(noised, chain, true, noise, observer);
        });
  }

  /**
   * Images on the way from one seed's noise to another's; the first and the last are those of
   * {@link #ofNoise}.
   *
   * @param count at least 2, evenly spaced
   * @param chain without noise on the way
   * @return {@code [count][C * S * S]}
   * @throws CheckpointException as {@link #requireAllNoiseLevels}
   */
  public float[][] between(long from, long to, int count, Chain chain, DetectionProgress progress) {
    requireAllNoiseLevels();
    requireLearned(chain);
    try (Scope scope = new Scope()) {
      Tensor blank = blank(1);
      Tensor first = new SliceNoise(new long[] {from}).like(blank);
      Tensor last = new SliceNoise(new long[] {to}).like(blank);
      return between(first, last, count, chain, true, progress);
    }
  }

  /**
   * Images on the way from one image to another, both encoded to the chain's level; the first and
   * the last are nearly these two.
   *
   * @param count at least 2, evenly spaced
   * @param chain without noise on the way
   * @return {@code [count][C * S * S]}
   */
  public float[][] between(
      float[] from, float[] to, int count, Chain chain, DetectionProgress progress) {
    requireLearned(chain);
    try (Scope scope = new Scope()) {
      return between(encode(from, chain), encode(to, chain), count, chain, false, progress);
    } catch (RuntimeException e) {
      throw LibTorchErrors.explain(e);
    }
  }

  private float[][] between(
      Tensor from, Tensor to, int count, Chain chain, boolean clamp, DetectionProgress progress) {
    if (count < 2 || chain.draws()) {
      throw new IllegalArgumentException(
          "between two there are %d images by %s with eta %s, expected at least 2 without noise"
              .formatted(count, chain.sampler(), chain.eta()));
    }
    return inBatches(
        count,
        chain,
        progress,
        (rows, observer) -> {
          Tensor[] latents =
              IntStream.of(rows)
                  .mapToObj(n -> Slerp.between(from, to, n / (count - 1.0)))
                  .toArray(Tensor[]::new);
          return decode(torch.cat(new TensorVector(latents), 0), chain, clamp, null, observer);
        });
  }

  private interface Batch {
    /** Images of these numbers, as the network makes them. */
    Tensor make(int[] rows, StepObserver observer);
  }

  /** The last batch is filled up with copies, so that an image does not depend on how many. */
  private float[][] inBatches(int count, Chain chain, DetectionProgress progress, Batch batch) {
    float[][] images = new float[count][];
    int size = options.batchSize();
    for (int from = 0; from < count; from += size) {
      int first = from;
      int made = Math.min(size, count - first);
      int[] rows = IntStream.range(0, size).map(n -> first + (n < made ? n : 0)).toArray();
      StepObserver observer =
          (step, x) ->
              progress.onSlices(first + made * (step.index() + 1.0) / chain.steps(), count);
      try (Scope scope = new Scope()) {
        Tensor own = model.own(batch.make(rows, observer));
        System.arraycopy(Tensors.rows(own), 0, images, first, made);
      } catch (RuntimeException e) {
        throw LibTorchErrors.explain(e);
      }
    }
    return images;
  }

  private static SliceNoise noise(long[] seeds, int[] rows) {
    return new SliceNoise(IntStream.of(rows).mapToLong(n -> seeds[n]).toArray());
  }

  private Tensor encode(float[] image, Chain chain) {
    List<ChainStep> up = model.chainUpTo(chain.level(), chain.steps()).encoding(chain.steps());
    return follow(tensor(image), up, chain, false, null, StepObserver.NONE);
  }

  private Tensor decode(
      Tensor x, Chain chain, boolean clamp, NoiseSource noise, StepObserver observer) {
    List<ChainStep> down = model.chainUpTo(chain.level(), chain.steps()).decoding(chain.steps());
    return follow(x, down, chain, clamp, noise, observer);
  }

  /**
   * Follows a chain.
   *
   * @param clamp holds x̂0 in [-1, 1]; not where the chain has to lead back to what was encoded
   */
  private Tensor follow(
      Tensor x,
      List<ChainStep> steps,
      Chain chain,
      boolean clamp,
      NoiseSource noise,
      StepObserver observer) {
    Tensor start = DiffusionModel.channelsLast(x);
    return Samplers.named(chain.sampler())
        .sample(
            model.denoiser(start, chain.label()),
            start,
            steps,
            how(chain, clamp, noise).seenBy(observer));
  }

  private Sampling how(Chain chain, boolean clamp, NoiseSource noise) {
    return Sampling.of(kernels, model.settings().prediction())
        .withVariance(model.settings().variance())
        .withClamp(clamp)
        .withNoise(chain.eta(), noise);
  }

  /**
   * Throws unless the chain's sampler can do what images of noise, or of a noised image, take.
   *
   * @throws IllegalArgumentException if it cannot
   */
  public void require(Chain chain) {
    Samplers.named(chain.sampler()).require(how(chain, true, NoiseSource.SHARED));
  }

  private void requireLearned(Chain chain) {
    if (chain.level() > noiseLevels()) {
      throw new IllegalArgumentException(
          "the noise level is %d, but %s has learned those up to %d"
              .formatted(chain.level(), model.file(), noiseLevels()));
    }
  }

  /** One image, as the network takes it, on the device. */
  private Tensor tensor(float[] image) {
    long[] shape = shape(1);
    long length = shape[1] * shape[2] * shape[3];
    if (image.length != length) {
      throw new IllegalArgumentException(
          "the image has %d values, %s takes %d: %d channels of %d × %d pixels"
              .formatted(image.length, model.file(), length, shape[1], shape[2], shape[3]));
    }
    return Tensors.of(new float[][] {image}, 0, 1, shape(1))
        .to(options.device().torch(), torch.ScalarType.Float);
  }

  /** So many images without content. */
  private Tensor blank(int count) {
    return torch.zeros(shape(count)).to(options.device().torch(), torch.ScalarType.Float);
  }

  private long[] shape(long count) {
    int size = preprocessing().imageSize();
    return new long[] {count, model.inChannels(), size, size};
  }

  @Override
  public void close() {
    model.close();
  }
}
