package dev.hale.detection.method;

import dev.hale.detection.method.CounterfactualSettings.Chain;
import dev.hale.detection.method.SliceMethod.SliceBatch;
import dev.hale.diffusion.ChainStep;
import dev.hale.diffusion.Denoiser;
import dev.hale.diffusion.DiffusionChain;
import dev.hale.diffusion.Sampler;
import dev.hale.diffusion.Samplers;
import dev.hale.diffusion.Sampling;
import dev.hale.diffusion.StepObserver;
import dev.hale.diffusion.TimestepSpacing;
import dev.hale.engine.Scope;
import dev.hale.engine.trace.Span;
import dev.hale.engine.trace.Trace;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Encodes an image to noise and decodes it towards healthy (Wolleb et al. 2022). */
final class Counterfactual implements HealthyImages {
  private final DiffusionModel model;
  private final CounterfactualSettings settings;
  private final Steering steering;
  private final double firstAlpha;
  private final List<ChainStep> encoding;
  private final List<ChainStep> decoding;
  private final Sampler sampler;
  private final Sampling how;
  private final ChainCache cache;
  private final String chainName;

  /**
   * A method.
   *
   * @param folder where the network was opened
   */
  Counterfactual(
      DiffusionModel model,
      CounterfactualSettings settings,
      Steering steering,
      ModelFolder folder) {
    this.model = model;
    cache = folder.chains();
    this.settings = settings;
    this.steering = steering;
    model.requireLevel(settings.noiseLevel());
    boolean published = settings.chain() == Chain.WOLLEB_2022;
    DiffusionChain chain =
        published
            ? publishedChain(model, settings)
            : model.chainUpTo(settings.noiseLevel(), settings.steps());
    firstAlpha = chain.alphaCumprod(0);
    int steps = settings.steps();
    encoding = published ? chain.wolleb2022Encoding(steps) : chain.encoding(steps);
    decoding = published ? chain.wolleb2022Decoding(steps) : chain.decoding(steps);
    sampler = Samplers.named(settings.samplerName());
    how =
        Sampling.of(folder.kernels(), model.settings().prediction())
            .withClamp(published)
            .withCalls(settings.calls());
    sampler.require(how);
    chainName =
        "%s, %s, %s, L %d, S %d, calls %d"
            .formatted(
                network(folder),
                JsonNames.of(settings.chain()),
                sampler.name(),
                settings.noiseLevel(),
                steps,
                settings.calls());
  }

  /** The network's weights and how they compute, for the cache. */
  private static String network(ModelFolder folder) {
    return "%s, %s, %s"
        .formatted(
            folder.provenance().get("diffusionModelSha256"),
            folder.options().precision(),
            folder.options().device());
  }

  /** S steps up to L and one more, above which the published encoding ends. */
  private static DiffusionChain publishedChain(
      DiffusionModel model, CounterfactualSettings settings) {
    int[] upTo = TimestepSpacing.upTo(settings.noiseLevel(), settings.steps());
    int last = upTo[upTo.length - 1];
    if (last < model.settings().trainingSteps() - 1) {
      upTo = Arrays.copyOf(upTo, upTo.length + 1);
      int stride = settings.noiseLevel() / settings.steps();
      upTo[upTo.length - 1] = Math.min(model.settings().trainingSteps() - 1, last + stride);
    }
    return new DiffusionChain(model.settings().noiseSchedule(), upTo);
  }

  @Override
  public int context() {
    return Math.max(model.context(), steering.context());
  }

  /** Network calls for one image, both ways. */
  @Override
  public int steps() {
    return settings.calls() == 0 ? encoding.size() + decoding.size() : 2 * settings.calls();
  }

  @Override
  public Tensor healthy(SliceBatch batch, StepObserver observer) {
    try (Scope scope = new Scope()) {
      Tensor x = model.stacked(batch);
      Tensor start = settings.chain() == Chain.WOLLEB_2022 ? noised(x, batch.seeds()) : x;
      Tensor noise;
      try (Span span = Trace.span("encode")) {
        Denoiser told = model.denoiser(x, settings.encodingLabel());
        noise = unguided("up", settings.encodingLabel(), told, start, encoding, observer);
      }
      Steering.Decoding towardsHealthy = steering.of(x, batch);
      Denoiser denoiser = towardsHealthy.denoiser();
      try (Span span = Trace.span("decode")) {
        Tensor healthy =
            towardsHealthy.label() != null
                ? unguided("down", towardsHealthy.label(), denoiser, noise, decoding, observer)
                : sampler.sample(
                    denoiser,
                    noise,
                    decoding,
                    how.guidedBy(towardsHealthy.guidance(), settings.guidance()).seenBy(observer));
        return scope.keep(model.own(healthy));
      }
    }
  }

  private Tensor unguided(
      String direction,
      int label,
      Denoiser denoiser,
      Tensor start,
      List<ChainStep> chain,
      StepObserver observer) {
    return cache.follow(
        "%s, %s, label %d".formatted(chainName, direction, label),
        start,
        () -> sampler.sample(denoiser, start, chain, how.seenBy(observer)));
  }

  /** q(x_t | x_0) at the first level. */
  private Tensor noised(Tensor x, long[] seeds) {
    return x.mul(new Scalar(Math.sqrt(firstAlpha)))
        .add(new SliceNoise(seeds).like(x).mul(new Scalar(Math.sqrt(1 - firstAlpha))));
  }
}
