package dev.hale.detection.method;

import dev.hale.diffusion.ChainStep;
import dev.hale.diffusion.Composing;
import dev.hale.diffusion.DdimSampler;
import dev.hale.diffusion.DiffusionChain;
import dev.hale.diffusion.NoiseSource;
import dev.hale.diffusion.Sampling;
import dev.hale.diffusion.SparseDdimSampler;
import dev.hale.engine.Scope;
import dev.hale.engine.kernels.Kernels;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Makes the inside of a gate new, as a healthy image has it, and keeps the outside: inside,
 * ancestral steps (DDIM's eq. 12 with η = 1) of a network that is told "healthy"; outside, after
 * each step, the image as it was encoded, at the same noise level. Related: Dif-fuse (Fontanella et
 * al., IEEE TMI 2024, arXiv 2308.02062) and RePaint (Lugmayr et al., CVPR 2022).
 *
 * <p>The encoded image of a level is x_t = √ᾱ_t x_0 + √(1 − ᾱ_t) ε, with the ε for which that is
 * DDIM's encoding at the chain's upper end and, exactly, the image itself at its lower end.
 */
final class Regeneration {
  private static final double ETA = 1;

  private final DiffusionModel model;
  private final HealingSettings settings;
  private final int encodingLabel;
  private final Sampling how;
  private final DiffusionChain chain;

  /**
   * With a network.
   *
   * @param encodingLabel class that the network is told while encoding
   * @throws IllegalArgumentException where the network has not that many noise levels
   */
  Regeneration(DiffusionModel model, HealingSettings settings, int encodingLabel, Kernels kernels) {
    this.model = model;
    this.settings = settings;
    this.encodingLabel = encodingLabel;
    chain = model.chainUpTo(settings.noiseLevel(), settings.steps());
    how = Sampling.of(kernels, model.settings().prediction());
  }

  /**
   * The ε of an image's encoding.
   *
   * @param x {@code [1, C, S, S]} float32 in [-1, 1], as the network takes them, channels last
   * @return like {@code x}, owned by the enclosing scope
   */
  Tensor encode(Tensor x) {
    try (Scope scope = new Scope();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor end =
          SparseDdimSampler.SPARSE_DDIM.sample(
              model.denoiser(x, encodingLabel),
              x,
              chain.encoding(settings.steps()),
              how.withCalls(settings.calls()));
      double alpha = chain.alphaCumprod(settings.steps() - 1);
      return scope.keep(
          end.sub(x.mul(new Scalar(Math.sqrt(alpha)))).div(new Scalar(Math.sqrt(1 - alpha))));
    }
  }

  /**
   * Healthy images of one image.
   *
   * @param x {@code [1, C, S, S]} float32 in [-1, 1], as the network takes them, channels last
   * @param epsilon as {@link #encode} answers
   * @param inside the gate {@code [1, 1, S, S]}, 1 or 0
   * @param fill what the inside starts from beside noise, a value a channel, {@code [1, C, 1, 1]}
   * @param seeds of each sample's noise, {@code [K]}
   * @return {@code [K, C, S, S]}, owned by the enclosing scope; outside of the gate {@code x}, bit
   *     for bit
   */
  Tensor samples(Tensor x, Tensor epsilon, Tensor inside, Tensor fill, long[] seeds) {
    try (Scope scope = new Scope();
        NoGradGuard noGrad = new NoGradGuard()) {
      int count = seeds.length;
      NoiseSource noise = new SliceNoise(seeds);
      long[] shape = {count, x.size(1), x.size(2), x.size(3)};
      double alpha = chain.alphaCumprod(settings.steps() - 1);
      Tensor start = noised(x, epsilon, alpha);
      Tensor filled = fill.mul(new Scalar(Math.sqrt(alpha)));
      Tensor fresh = filled.add(noise.like(x.expand(shape)).mul(new Scalar(Math.sqrt(1 - alpha))));
      Tensor top = DiffusionModel.channelsLast(inside.mul(fresh.sub(start)).add(start));
      List<ChainStep> down = chain.decoding(settings.steps());
      Tensor gates = inside.expand(count, 1, x.size(2), x.size(3));
      Composing outside =
          Composing.inside(gates, step -> noised(x, epsilon, step.to()).expand(shape));
      return scope.keep(
          DdimSampler.DDIM.sample(
              model.denoiser(top, DiffusionModel.HEALTHY),
              top,
              down,
              how.withClamp(true).withNoise(ETA, noise).composedWith(outside)));
    }
  }

  private static Tensor noised(Tensor x, Tensor epsilon, double alpha) {
    return x.mul(new Scalar(Math.sqrt(alpha))).add(epsilon, new Scalar(Math.sqrt(1 - alpha)));
  }
}
