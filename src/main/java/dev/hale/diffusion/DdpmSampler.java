package dev.hale.diffusion;

import dev.hale.engine.kernels.StepCoefficients;
import dev.hale.engine.kernels.StepCoefficients.Level;
import dev.hale.engine.kernels.StepCoefficients.Next;
import dev.hale.engine.kernels.StepCoefficients.VarianceRange;

/**
 * Ancestral sampling (Ho et al. 2020, algorithm 2), with the mean moved along the classifier's
 * gradient where guided (Dhariwal and Nichol 2021, algorithm 1).
 */
public final class DdpmSampler implements StepwiseSampler {
  /** Its name. */
  public static final String NAME = "ddpm";

  /** The one there needs to be. */
  public static final DdpmSampler DDPM = new DdpmSampler();

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean encodes() {
    return false;
  }

  @Override
  public void require(Sampling how) {
    StepwiseSampler.super.require(how);
    if (how.eta() != 0) {
      throw new IllegalArgumentException("ddpm has noise of its own; leave out eta");
    }
    if (how.noise() == null) {
      throw new IllegalArgumentException("ddpm takes noise, but its source is null");
    }
  }

  @Override
  public StepCoefficients step(ChainStep step, Sampling how) {
    double a = step.from();
    double to = step.to();
    if (!(to > a)) {
      throw new IllegalArgumentException("ddpm goes down only, from noise to image");
    }
    double beta = 1 - a / to;
    Variance variance = how.output().variance();
    boolean learned = variance == Variance.LEARNED_RANGE;
    boolean last = to == 1;
    double fixed =
        switch (variance) {
          case LEARNED_RANGE -> 1;
          case FIXED_SMALL -> Math.exp(step.posteriorLogVariance());
          case FIXED_LARGE -> last ? Math.exp(step.posteriorLogVariance()) : beta;
        };
    Next next = // the posterior's mean, eq. 7, and noise
        Next.x0(beta * Math.sqrt(to) / (1 - a))
            .plusX((1 - to) * Math.sqrt(1 - beta) / (1 - a))
            .plusGradient(how.guidanceScale() * fixed)
            .plusNoise(last ? 0 : Math.sqrt(fixed));
    Prediction prediction = how.output().prediction();
    return new StepCoefficients(
        prediction.x0(a),
        prediction.epsilon(a),
        Level.of(a),
        how.output().clamp(),
        0,
        learned ? new VarianceRange(step.posteriorLogVariance(), Math.log(beta)) : null,
        next);
  }
}
