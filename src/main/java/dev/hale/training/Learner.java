package dev.hale.training;

import dev.hale.engine.Scope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * A network in training, or one of two that learn against each other, as its part of the flat
 * vectors.
 *
 * @param weights float32, of one dimension
 * @param gradient like the weights
 * @param optimiser with moments like the weights
 */
record Learner(Tensor weights, Tensor gradient, AdamW optimiser) {
  /** Some of the weights, sharing their memory; owned by the current scope. */
  Learner narrow(long from, long count) {
    return new Learner(
        weights.narrow(0, from, count),
        gradient.narrow(0, from, count),
        new AdamW(
            optimiser.mean().narrow(0, from, count),
            optimiser.meanSquare().narrow(0, from, count),
            optimiser.weightDecay(),
            optimiser.beta1()));
  }

  /** Shortens the gradient to the largest norm that is allowed; returns what it was before. */
  double clip(double largest) {
    try (Scope scope = new Scope();
        NoGradGuard noGrad = new NoGradGuard()) {
      double norm = gradient.norm().item_double();
      if (norm > largest) {
        gradient.mul_(new Scalar(largest / norm));
      }
      return norm;
    }
  }

  /** Takes a step of the optimiser, the first being step 0. */
  void step(double learningRate, long step) {
    try (Scope scope = new Scope();
        NoGradGuard noGrad = new NoGradGuard()) {
      optimiser.step(weights, gradient, learningRate, step);
    }
  }
}
