package dev.hale.diffusion;

import dev.hale.engine.Scope;
import dev.hale.engine.kernels.Kernels;
import dev.hale.engine.kernels.StepCoefficients;
import dev.hale.engine.kernels.StepOutputs;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * The deterministic chain, in both directions, by a solver of higher order: one network call a
 * step, as DDIM, but with the noise prediction extrapolated over the step from the last ones. In x̄
 * = x/√ᾱ and σ = √(1/ᾱ − 1) the chain is dx̄ = ε̂ dσ and DDIM is Euler's method (Song et al. 2021,
 * eq. 14); this is Adams and Bashforth's with steps of any length (ρAB-DEIS, Zhang and Chen, ICLR
 * 2023, arXiv 2204.13902). For networks that predict ε.
 *
 * @param kernels who computes the step
 * @param order 1 (DDIM), 2 or 3; a chain's first steps have lower order, for want of earlier calls
 */
public record MultistepSampler(Kernels kernels, int order) {
  private static final double GAUSS = 1 / Math.sqrt(3); // two points, exact up to degree 3

  public MultistepSampler {
    if (order < 1 || order > 3) {
      throw new IllegalArgumentException("order is %d, expected 1, 2 or 3".formatted(order));
    }
  }

  /** ε̂ where a step began. */
  private record Slope(double sigma, Tensor epsilon) {}

  /**
   * Follows the chain.
   *
   * @param model the network
   * @param x images at the chain's first level {@code [N, C, H, W]} float32; left as they are
   * @param chain the steps, up or down
   * @param guidance the gradient that steers, or null
   * @param scale guidance scale s, at least 0
   * @param observer sees each step
   * @return images at the chain's last level, the caller's
   */
  public Tensor run(
      Denoiser model,
      Tensor x,
      List<ChainStep> chain,
      Guidance guidance,
      double scale,
      StepObserver observer) {
    Deque<Slope> slopes = new ArrayDeque<>();
    try (Scope all = new Scope();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor current = x.clone();
      for (ChainStep step : chain) {
        try (Scope scope = new Scope()) {
          Tensor timesteps = DdimSampler.timesteps(current, step.timestep());
          Tensor epsilon = model.predict(current, timesteps).narrow(1, 0, x.size(1));
          if (guidance != null && scale != 0) {
            epsilon =
                epsilon.sub(
                    guidance.gradient(current, timesteps),
                    new Scalar(scale * Math.sqrt(1 - step.from())));
          }
          slopes.push(
              new Slope(
                  sigma(step.from()),
                  scope.keep(epsilon.contiguous(current.suggest_memory_format()))));
          Tensor mean = mean(slopes, sigma(step.to()));
          StepCoefficients ddim = StepEquations.ddim(Prediction.EPSILON, step, 0, false, 0);
          kernels.denoiseStep(current, mean, null, null, ddim, StepOutputs.next(current));
          if (slopes.size() == order) {
            slopes.removeLast().epsilon().close();
          }
          observer.onStep(step, current);
        }
      }
      return all.keep(current);
    }
  }

  private static double sigma(double alphaCumprod) {
    return Math.sqrt(1 / alphaCumprod - 1);
  }

  /** The mean of the extrapolated slope over the step from the latest slope's σ to this one. */
  private static Tensor mean(Deque<Slope> slopes, double to) {
    double[] sigmas = slopes.stream().mapToDouble(Slope::sigma).toArray();
    double[] weights = weights(sigmas, to);
    Tensor mean = null;
    int j = 0;
    for (Slope slope : slopes) {
      Scalar weight = new Scalar(weights[j++]);
      mean = mean == null ? slope.epsilon().mul(weight) : mean.add(slope.epsilon(), weight);
    }
    return mean;
  }

  /**
   * What each slope counts: the mean over [σ₀, to] of the polynomial that is 1 at its own σ and 0
   * at the others'.
   *
   * @param sigmas where the slopes are known, the latest first
   */
  static double[] weights(double[] sigmas, double to) {
    double[] weights = new double[sigmas.length];
    for (double side : new double[] {-GAUSS, GAUSS}) {
      double at = (sigmas[0] + to) / 2 + side * (to - sigmas[0]) / 2;
      for (int j = 0; j < weights.length; j++) {
        double lagrange = 1;
        for (int m = 0; m < sigmas.length; m++) {
          lagrange *= m == j ? 1 : (at - sigmas[m]) / (sigmas[j] - sigmas[m]);
        }
        weights[j] += lagrange / 2;
      }
    }
    return weights;
  }
}
