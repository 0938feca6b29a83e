package dev.hale.diffusion;

import dev.hale.engine.kernels.StepCoefficients.Estimate;

/** What a diffusion network predicts, and so how x̂0 and ε̂ follow from its output o at x. */
public enum Prediction {
  /** The noise ε (Ho et al. 2020). */
  EPSILON {
    @Override
    Estimate x0(double alphaCumprod) {
      double signal = Math.sqrt(alphaCumprod);
      return new Estimate(1 / signal, -Math.sqrt(1 - alphaCumprod) / signal);
    }

    @Override
    Estimate epsilon(double alphaCumprod) {
      return Estimate.OUTPUT;
    }
  },
  /** The clean image x0. */
  X0 {
    @Override
    Estimate x0(double alphaCumprod) {
      return Estimate.OUTPUT;
    }

    @Override
    Estimate epsilon(double alphaCumprod) {
      double noise = Math.sqrt(1 - alphaCumprod);
      return new Estimate(1 / noise, -Math.sqrt(alphaCumprod) / noise);
    }
  },
  /** The velocity v = √ᾱ ε − √(1 − ᾱ) x0 (Salimans and Ho 2022). */
  V {
    @Override
    Estimate x0(double alphaCumprod) {
      return new Estimate(Math.sqrt(alphaCumprod), -Math.sqrt(1 - alphaCumprod));
    }

    @Override
    Estimate epsilon(double alphaCumprod) {
      return new Estimate(Math.sqrt(1 - alphaCumprod), Math.sqrt(alphaCumprod));
    }
  };

  /** x̂0 at the level of that ᾱ. */
  abstract Estimate x0(double alphaCumprod);

  /** ε̂ at the level of that ᾱ. */
  abstract Estimate epsilon(double alphaCumprod);
}
