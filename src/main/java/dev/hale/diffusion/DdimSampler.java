package dev.hale.diffusion;

import dev.hale.engine.Scope;
import dev.hale.engine.kernels.Kernels;
import dev.hale.engine.kernels.StepCoefficients;
import dev.hale.engine.kernels.StepOutputs;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * DDIM in both directions (Song, Meng and Ermon, ICLR 2021): the same step encodes an image to
 * noise or decodes it, along whatever chain it is given, with classifier guidance on request. The
 * loop runs in place and waits for nothing.
 *
 * @param kernels who computes the step
 * @param prediction what the network predicts
 * @param clamp whether x̂0 is held in [-1, 1] (before guidance)
 */
public record DdimSampler(Kernels kernels, Prediction prediction, boolean clamp) {

  /** Follows the chain without guidance or noise, as encoding does. */
  public Tensor run(Denoiser model, Tensor x, List<ChainStep> chain, StepObserver observer) {
    return run(model, x, chain, null, 0, observer);
  }

  /** Follows the chain with guidance and without noise, as counterfactual decoding does. */
  public Tensor run(
      Denoiser model,
      Tensor x,
      List<ChainStep> chain,
      Guidance guidance,
      double scale,
      StepObserver observer) {
    return run(model, x, chain, guidance, scale, 0, null, null, observer);
  }

  /**
   * Follows the chain, with noise or a composition in each step.
   *
   * @param model the network
   * @param x images at the chain's first level {@code [N, C, H, W]} float32; left as they are
   * @param chain the steps, up or down
   * @param guidance the gradient that steers, or null
   * @param scale guidance scale s, at least 0
   * @param eta 0 for DDIM, 1 as noisy as DDPM; only for chains that go down
   * @param noise where the noise comes from; may be null if {@code eta} is 0
   * @param composing what the image is composed with after each step, or null
   * @param observer sees each step, the image composed
   * @return images at the chain's last level, the caller's; they lie in memory as {@code x} does
   * @throws IllegalArgumentException if {@code eta} takes noise and there is none, or goes up
   */
  public Tensor run(
      Denoiser model,
      Tensor x,
      List<ChainStep> chain,
      Guidance guidance,
      double scale,
      double eta,
      NoiseSource noise,
      Composing composing,
      StepObserver observer) {
    if (eta != 0 && noise == null) {
      throw new IllegalArgumentException(
          "eta is %s, which takes noise, but its source is null".formatted(eta));
    }
    boolean guided = guidance != null && scale != 0;
    try (Scope all = new Scope();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor current = x.clone();
      for (ChainStep step : chain) {
        try (Scope scope = new Scope()) {
          StepCoefficients coefficients =
              StepEquations.ddim(prediction, step, eta, clamp, guided ? scale : 0);
          Tensor timesteps = timesteps(current, step.timestep());
          Tensor output = model.predict(current, timesteps);
          Tensor gradient = coefficients.guided() ? guidance.gradient(current, timesteps) : null;
          Tensor z = coefficients.noisy() ? noise.like(current) : null;
          StepOutputs next = StepOutputs.next(current);
          kernels.denoiseStep(
              current,
              output,
              gradient,
              z,
              coefficients,
              composing == null ? next : next.composedWith(composing.at(step)));
          observer.onStep(step, current);
        }
      }
      return all.keep(current);
    }
  }

  static Tensor timesteps(Tensor x, int timestep) {
    return torch
        .full(new long[] {x.size(0)}, new Scalar(timestep))
        .to(x.device(), torch.ScalarType.Long);
  }
}
