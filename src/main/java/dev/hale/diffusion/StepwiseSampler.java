package dev.hale.diffusion;

import dev.hale.engine.Scope;
import dev.hale.engine.kernels.StepCoefficients;
import dev.hale.engine.kernels.StepOutputs;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A sampler that calls the network in every step; it only says what a step computes. The loop runs
 * in place and waits for nothing.
 */
public interface StepwiseSampler extends Sampler {
  /**
   * What one step computes.
   *
   * @throws IllegalArgumentException if it cannot be taken so
   */
  StepCoefficients step(ChainStep step, Sampling how);

  @Override
  default void require(Sampling how) {
    if (how.calls() != 0) {
      throw new IllegalArgumentException(
          "%s calls the network in every step; leave out calls".formatted(name()));
    }
    if (how.eta() != 0 && how.noise() == null) {
      throw new IllegalArgumentException(
          "eta is %s, which takes noise, but its source is null".formatted(how.eta()));
    }
  }

  @Override
  default Tensor sample(Denoiser model, Tensor x, List<ChainStep> chain, Sampling how) {
    require(how);
    try (Scope all = new Scope();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor current = x.clone();
      for (ChainStep step : chain) {
        try (Scope scope = new Scope()) {
          StepCoefficients coefficients = step(step, how);
          Tensor timesteps = timesteps(current, step);
          Tensor output = model.predict(current, timesteps);
          Tensor gradient =
              coefficients.guided() ? how.guidance().gradient(current, timesteps) : null;
          Tensor noise = coefficients.noisy() ? how.noise().like(current) : null;
          StepOutputs next = StepOutputs.next(current);
          how.kernels()
              .denoiseStep(
                  current,
                  output,
                  gradient,
                  noise,
                  coefficients,
                  how.composing() == null ? next : next.composedWith(how.composing().at(step)));
          how.observer().onStep(step, current);
        }
      }
      return all.keep(current);
    }
  }

  /** The t that the network sees with each image, {@code [N]} int64. */
  static Tensor timesteps(Tensor x, ChainStep step) {
    return torch
        .full(new long[] {x.size(0)}, new Scalar(step.timestep()))
        .to(x.device(), torch.ScalarType.Long);
  }
}
