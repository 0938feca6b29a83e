package dev.hale.detection.method;

import dev.hale.detection.method.SliceMethod.SliceBatch;
import dev.hale.diffusion.DdpmSampler;
import dev.hale.diffusion.DiffusionChain;
import dev.hale.diffusion.GaussianDiffusion;
import dev.hale.diffusion.NoiseSource;
import dev.hale.diffusion.Sampling;
import dev.hale.diffusion.StepObserver;
import dev.hale.engine.Scope;
import dev.hale.engine.kernels.Kernels;
import org.bytedeco.pytorch.Tensor;

/**
 * Adds noise at random up to a level and samples back from there, step by ancestral step (Ho et al.
 * 2020): guided towards healthy it is the DDPM baseline of Wolleb et al. 2022, unguided with a
 * model of healthy images it is AnoDDPM (Wyatt et al. 2022, here with Gaussian noise).
 */
final class AncestralDecoding implements HealthyImages {
  private final DiffusionModel model;
  private final Steering steering;
  private final double guidance;
  private final int steps;
  private final GaussianDiffusion diffusion;
  private final Sampling how;

  AncestralDecoding(
      DiffusionModel model, CounterfactualSettings settings, Steering steering, Kernels kernels) {
    DiffusionChain chain = model.chainUpTo(settings.noiseLevel(), settings.steps());
    this.model = model;
    this.steering = steering;
    guidance = settings.guidance();
    steps = settings.steps();
    diffusion =
        new GaussianDiffusion(chain, model.settings().prediction(), model.settings().variance());
    how =
        Sampling.of(kernels, diffusion.prediction())
            .withVariance(diffusion.variance())
            .withClamp(true);
  }

  @Override
  public int context() {
    return model.context();
  }

  @Override
  public int steps() {
    return steps;
  }

  @Override
  public Tensor healthy(SliceBatch batch, StepObserver observer) {
    try (Scope scope = new Scope()) {
      Tensor x = model.stacked(batch);
      NoiseSource noise = new SliceNoise(batch.seeds());
      Tensor levels = DiffusionModel.everywhere(steps - 1, x);
      Tensor noised = diffusion.qSample(x, levels, noise.like(x));
      Steering.Decoding decoding = steering.of(x, batch);
      Tensor healthy =
          DdpmSampler.DDPM.sample(
              decoding.denoiser(),
              noised,
              diffusion.chain().decoding(steps),
              how.withNoise(0, noise).guidedBy(decoding.guidance(), guidance).seenBy(observer));
      return scope.keep(model.own(healthy));
    }
  }
}
