package dev.hale.detection;

import dev.hale.detection.SliceMethod.SliceBatch;
import dev.hale.diffusion.DdpmSampler;
import dev.hale.diffusion.DiffusionChain;
import dev.hale.diffusion.GaussianDiffusion;
import dev.hale.diffusion.NoiseSource;
import dev.hale.diffusion.StepObserver;
import dev.hale.engine.Scope;
import dev.hale.engine.kernels.Kernels;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Adds noise at random up to a level and samples back from there, step by ancestral step (Ho et al.
 * 2020): guided towards healthy it is the DDPM baseline of Wolleb et al. 2022, unguided with a
 * model of healthy images it is AnoDDPM (Wyatt et al. 2022, here with Gaussian noise).
 */
final class AncestralDecoding implements HealthyImages {
  private final Steering steering;
  private final double guidance;
  private final int steps;
  private final double alpha;
  private final DdpmSampler sampler;

  AncestralDecoding(
      DiffusionModel model, CounterfactualSettings settings, Steering steering, Kernels kernels) {
    DiffusionChain chain = model.chainUpTo(settings.noiseLevel(), settings.steps());
    this.steering = steering;
    guidance = settings.guidance();
    steps = settings.steps();
    alpha = chain.alphaCumprod(steps - 1);
    sampler =
        new DdpmSampler(
            kernels,
            new GaussianDiffusion(
                chain, model.settings().prediction(), model.settings().variance()),
            true);
  }

  @Override
  public int steps() {
    return steps;
  }

  @Override
  public Tensor healthy(Tensor x, SliceBatch batch, StepObserver observer) {
    try (Scope scope = new Scope()) {
      NoiseSource noise = new SliceNoise(batch.seeds());
      Tensor noised =
          x.mul(new Scalar(Math.sqrt(alpha)))
              .add(noise.like(x).mul(new Scalar(Math.sqrt(1 - alpha)))); // q(x_t | x_0)
      Steering.Decoding decoding = steering.of(x, batch);
      return scope.keep(
          sampler.sample(
              decoding.denoiser(), noised, steps, decoding.guidance(), guidance, noise, observer));
    }
  }
}
