package dev.hale.diffusion;

import dev.hale.engine.kernels.StepCoefficients;

/** The scalars of one step, from ᾱ at both ends, in double precision. */
final class StepEquations {
  private StepEquations() {}

  /**
   * DDIM from ᾱ = a to a' (Song et al. 2021, eq. 12), in either direction.
   *
   * @param step the two noise levels; one that starts from a clean image takes its ε̂ from the
   *     level that the network saw
   * @param eta 0 deterministic, 1 as noisy as DDPM; only downwards
   * @param scale guidance scale s, 0 for none
   */
  static StepCoefficients ddim(
      Prediction prediction, ChainStep step, double eta, boolean clamp, double scale) {
    double a = step.from();
    double to = step.to();
    if (eta != 0 && to < a) {
      throw new IllegalArgumentException(
          "eta must be 0 in a chain that goes up: noise cannot be added while encoding, eta is "
              + eta);
    }
    double sigma =
        eta == 0 ? 0 : eta * Math.sqrt((1 - to) / (1 - a)) * Math.sqrt(1 - a / to); // eq. 16
    double[] weights = weights(prediction, a, step.seen());
    return new StepCoefficients(
        weights[0],
        weights[1],
        weights[2],
        weights[3],
        clamp && a < 1,
        Math.sqrt(a),
        Math.sqrt(1 - a),
        scale * Math.sqrt(1 - a),
        false,
        0,
        0,
        Math.sqrt(to),
        0,
        Math.sqrt(1 - to - sigma * sigma),
        0,
        sigma);
  }

  /** Ancestral DDPM step with the posterior of Ho et al. 2020, eq. 7. */
  static StepCoefficients ddpm(
      Prediction prediction,
      Variance variance,
      DiffusionChain chain,
      int level,
      boolean clamp,
      double scale) {
    double a = chain.alphaCumprod(level);
    double previous = chain.alphaCumprod(level - 1);
    double beta = chain.beta(level);
    double minLog = chain.posteriorLogVariance(level);
    double maxLog = Math.log(beta);
    boolean learned = variance == Variance.LEARNED_RANGE;
    double fixed =
        switch (variance) {
          case LEARNED_RANGE -> 1;
          case FIXED_SMALL -> Math.exp(minLog);
          case FIXED_LARGE -> level == 0 ? Math.exp(minLog) : beta;
        };
    double[] weights = weights(prediction, a, a);
    return new StepCoefficients(
        weights[0],
        weights[1],
        weights[2],
        weights[3],
        clamp,
        Math.sqrt(a),
        Math.sqrt(1 - a),
        0,
        learned,
        minLog,
        maxLog,
        beta * Math.sqrt(previous) / (1 - a),
        (1 - previous) * Math.sqrt(1 - beta) / (1 - a),
        0,
        scale * fixed,
        level == 0 ? 0 : Math.sqrt(fixed));
  }

  /** x̂0 and ε̂ as linear functions of x and the output: x→x̂0, output→x̂0, x→ε̂, output→ε̂. */
  private static double[] weights(Prediction prediction, double a, double seen) {
    double signal = Math.sqrt(seen);
    double noise = Math.sqrt(1 - seen);
    double[] weights =
        switch (prediction) {
          case EPSILON -> new double[] {1 / signal, -noise / signal, 0, 1};
          case X0 -> new double[] {0, 1, 1 / noise, -signal / noise};
          case V -> new double[] {signal, -noise, noise, signal};
        };
    if (a == 1) { // a clean image is its own x0
      weights[0] = 1;
      weights[1] = 0;
    }
    return weights;
  }
}
