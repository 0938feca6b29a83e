package dev.hale.training;

import dev.hale.engine.Scope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * A network in training, or one of two that learn against each other, as its part of the flat
 * vectors.
 *
 * @param weights float32, of one dimension
 * @param gradient like the weights
 * @param optimiser with moments like the weights
 */
record Learner(Tensor weights, Tensor gradient, AdamW optimiser) {
  private static final long ROW = 1 << 15; // what LibTorch never divides between threads

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
      double norm = norm();
      if (norm > largest) {
        gradient.mul_(new Scalar(largest / norm));
      }
      return norm;
    }
  }

  /** Summed by rows of one length, so that the number of LibTorch's threads changes no bit. */
  private double norm() {
    long rows = gradient.size(0) / ROW;
    Tensor whole = gradient.narrow(0, 0, rows * ROW).view(rows, ROW);
    Tensor rest = gradient.narrow(0, rows * ROW, gradient.size(0) - rows * ROW);
    double squares = squares(whole.norm(new ScalarOptional(new Scalar(2)), 1));
    return Math.sqrt(squares + squares(rest.norm()));
  }

  private static double squares(Tensor norms) {
    return norms.to(ScalarType.Double).square().sum().item_double();
  }

  /** Takes a step of the optimiser, the first being step 0. */
  void step(double learningRate, long step) {
    try (Scope scope = new Scope();
        NoGradGuard noGrad = new NoGradGuard()) {
      optimiser.step(weights, gradient, learningRate, step);
    }
  }
}
