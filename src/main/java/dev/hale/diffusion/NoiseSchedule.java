package dev.hale.diffusion;

import java.util.function.DoubleUnaryOperator;

/**
 * How much noise each step of the forward process adds: β_t for t = 0 … T-1, in double precision.
 * Records compare by identity of the array; treat instances as values that are made once.
 *
 * @param betas β_t, each in (0, 1)
 */
public record NoiseSchedule(double[] betas) {
  public NoiseSchedule {
    betas = betas.clone();
    if (betas.length == 0) {
      throw new IllegalArgumentException("a noise schedule needs at least one step");
    }
    for (double beta : betas) {
      if (!(beta > 0 && beta < 1)) {
        throw new IllegalArgumentException("beta must lie in (0, 1), is " + beta);
      }
    }
  }

  /** The named schedule, {@code linear} or {@code cosine}. */
  public static NoiseSchedule named(String name, int steps) {
    if (steps < 1) {
      throw new IllegalArgumentException("a noise schedule needs at least one step, not " + steps);
    }
    return switch (name) {
      case "linear" -> linear(steps);
      case "cosine" -> cosine(steps);
      default ->
          throw new IllegalArgumentException(
              "unknown noise schedule '" + name + "': use linear or cosine");
    };
  }

  /** β from 1e-4 to 0.02 at T = 1000, scaled by 1000/T for other T (Ho et al. 2020). */
  public static NoiseSchedule linear(int steps) {
    double scale = 1000.0 / steps;
    double first = scale * 1e-4;
    double last = scale * 0.02;
    double[] betas = new double[steps];
    for (int t = 0; t < steps; t++) {
      betas[t] = steps == 1 ? first : first + (last - first) * t / (steps - 1);
    }
    return new NoiseSchedule(betas);
  }

  /** ᾱ(u) = cos²((u + 0.008) / 1.008 · π/2), β at most 0.999 (Nichol and Dhariwal 2021, eq. 17). */
  public static NoiseSchedule cosine(int steps) {
    DoubleUnaryOperator alphaBar =
        u -> {
          double cosine = Math.cos((u + 0.008) / 1.008 * Math.PI / 2);
          return cosine * cosine;
        };
    double[] betas = new double[steps];
    for (int t = 0; t < steps; t++) {
      double ratio =
          alphaBar.applyAsDouble((t + 1.0) / steps) / alphaBar.applyAsDouble((double) t / steps);
      betas[t] = Math.min(1 - ratio, 0.999);
    }
    return new NoiseSchedule(betas);
  }

  /** Number of steps T. */
  public int steps() {
    return betas.length;
  }

  /** β_t for t = 0 … T-1; a copy. */
  @Override
  public double[] betas() {
    return betas.clone();
  }

  /** ᾱ_t = Π (1 - β) for t = 0 … T-1. */
  public double[] alphasCumprod() {
    double[] result = new double[betas.length];
    double product = 1;
    for (int t = 0; t < betas.length; t++) {
      product *= 1 - betas[t];
      result[t] = product;
    }
    return result;
  }
}
