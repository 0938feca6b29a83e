package dev.hale.diffusion;

import dev.hale.engine.Scope;
import dev.hale.engine.kernels.Kernels;
import dev.hale.engine.kernels.StepCoefficients;
import dev.hale.engine.kernels.StepOutputs;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Ancestral sampling (Ho et al. 2020, algorithm 2), with the mean moved along the classifier's
 * gradient where guided (Dhariwal and Nichol 2021, algorithm 1).
 *
 * @param kernels who computes the step
 * @param diffusion chain, prediction and variance
 * @param clamp whether x̂0 is held in [-1, 1]
 */
public record DdpmSampler(Kernels kernels, GaussianDiffusion diffusion, boolean clamp) {
  /**
   * Samples from level {@code levels - 1} down to the clean image.
   *
   * @param model the network
   * @param x images at level {@code levels - 1}, {@code [N, C, H, W]} float32; left as they are
   * @param guidance the gradient that steers, or null
   * @param scale guidance scale s
   * @return clean images, the caller's
   */
  public Tensor sample(
      Denoiser model,
      Tensor x,
      int levels,
      Guidance guidance,
      double scale,
      StepObserver observer) {
    return sample(model, x, levels, guidance, scale, NoiseSource.SHARED, observer);
  }

  /**
   * As {@link #sample(Denoiser, Tensor, int, Guidance, double, StepObserver)}, with noise of the
   * caller's.
   */
  public Tensor sample(
      Denoiser model,
      Tensor x,
      int levels,
      Guidance guidance,
      double scale,
      NoiseSource source,
      StepObserver observer) {
    DiffusionChain chain = diffusion.chain();
    boolean guided = guidance != null && scale != 0;
    try (Scope all = new Scope();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor current = x.clone();
      for (ChainStep step : chain.decoding(levels)) {
        try (Scope scope = new Scope()) {
          StepCoefficients coefficients =
              StepEquations.ddpm(
                  diffusion.prediction(),
                  diffusion.variance(),
                  chain,
                  levels - 1 - step.index(),
                  clamp,
                  guided ? scale : 0);
          Tensor timesteps = DdimSampler.timesteps(current, step.timestep());
          Tensor output = model.predict(current, timesteps);
          Tensor gradient = coefficients.guided() ? guidance.gradient(current, timesteps) : null;
          Tensor noise = coefficients.noisy() ? source.like(current) : null;
          kernels.denoiseStep(
              current, output, gradient, noise, coefficients, StepOutputs.next(current));
          observer.onStep(step, current);
        }
      }
      return all.keep(current);
    }
  }
}
