package dev.hale.detection;

import dev.hale.detection.CounterfactualSettings.Chain;
import dev.hale.diffusion.ChainStep;
import dev.hale.diffusion.ClassifierGuidance;
import dev.hale.diffusion.DdimSampler;
import dev.hale.diffusion.Denoiser;
import dev.hale.diffusion.DiffusionChain;
import dev.hale.diffusion.StepObserver;
import dev.hale.diffusion.TimestepSpacing;
import dev.hale.engine.Scope;
import dev.hale.engine.kernels.Kernels;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The healthy image that a patient might have had (Wolleb et al. 2022), for model images. */
final class Counterfactual {
  private static final int HEALTHY = 0;

  private final CounterfactualModel model;
  private final CounterfactualSettings settings;
  private final double firstAlpha;
  private final List<ChainStep> encoding;
  private final List<ChainStep> decoding;
  private final DdimSampler sampler;

  Counterfactual(CounterfactualModel model, CounterfactualSettings settings, Kernels kernels) {
    this.model = model;
    this.settings = settings;
    int trainingSteps = model.diffusion().trainingSteps();
    if (settings.noiseLevel() > trainingSteps) {
      throw new IllegalArgumentException(
          "noise level %d exceeds the model's %d training steps"
              .formatted(settings.noiseLevel(), trainingSteps));
    }
    boolean published = settings.chain() == Chain.WOLLEB_2022;
    DiffusionChain chain =
        new DiffusionChain(
            model.diffusion().noiseSchedule(), timesteps(settings, trainingSteps, published));
    firstAlpha = chain.alphaCumprod(0);
    int steps = settings.steps();
    encoding = published ? chain.wolleb2022Encoding(steps) : chain.encoding(steps);
    decoding = published ? chain.wolleb2022Decoding(steps) : chain.decoding(steps);
    sampler = new DdimSampler(kernels, model.diffusion().prediction(), published);
  }

  /** S steps up to L; the published encoding ends one step above that. */
  private static int[] timesteps(
      CounterfactualSettings settings, int trainingSteps, boolean published) {
    int[] upTo = TimestepSpacing.upTo(settings.noiseLevel(), settings.steps());
    int last = upTo[upTo.length - 1];
    if (!published || last == trainingSteps - 1) {
      return upTo;
    }
    int[] withNext = Arrays.copyOf(upTo, upTo.length + 1);
    int stride = settings.noiseLevel() / settings.steps();
    withNext[upTo.length] = Math.min(trainingSteps - 1, last + stride);
    return withNext;
  }

  /** Network calls for one image, both ways. */
  int steps() {
    return encoding.size() + decoding.size();
  }

  /**
   * Encodes and decodes.
   *
   * @param x model images {@code [N, C, S, S]} float32 on the model's device
   * @param seed of the little noise that the published code adds
   * @param observer sees every step of both halves
   * @return the healthy images, owned by the enclosing scope
   */
  Tensor healthy(Tensor x, long seed, StepObserver observer) {
    try (Scope scope = new Scope()) {
      Tensor start = settings.chain() == Chain.WOLLEB_2022 ? noised(x, seed) : x;
      Tensor noise = sampler.run(denoiser(x, settings.encodingLabel()), start, encoding, observer);
      Tensor healthy =
          sampler.run(
              denoiser(x, HEALTHY),
              noise,
              decoding,
              new ClassifierGuidance(model.classifier(), HEALTHY),
              settings.guidance(),
              observer);
      return scope.keep(healthy);
    }
  }

  private Denoiser denoiser(Tensor x, int label) {
    if (model.unet().config().numClasses() == 0) {
      return (image, timesteps) -> model.unet().forward(image, timesteps, null);
    }
    Tensor labels =
        torch.full(new long[] {x.size(0)}, new Scalar(label)).to(x.device(), torch.ScalarType.Long);
    return (image, timesteps) -> model.unet().forward(image, timesteps, labels);
  }

  /** q(x_t | x_0) at the first level, with noise of our own so that threads do not share it. */
  private Tensor noised(Tensor x, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] noise = new float[Math.toIntExact(x.numel())];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (float) random.nextGaussian();
    }
    Tensor z = torch.tensor(noise).reshape_as(x).to(x.device(), torch.ScalarType.Float);
    return x.mul(new Scalar(Math.sqrt(firstAlpha)))
        .add(z.mul(new Scalar(Math.sqrt(1 - firstAlpha))));
  }
}
