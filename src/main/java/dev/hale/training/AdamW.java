package dev.hale.training;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * AdamW (Loshchilov and Hutter 2019, algorithm 2) on one flat vector, with its state in the open so
 * that it can be saved: β₂ = 0.999, ε = 1e-8 as in PyTorch.
 *
 * @param mean running mean of the gradient, m
 * @param meanSquare running mean of its square, v
 * @param weightDecay decoupled weight decay λ
 * @param beta1 how much of the running mean is kept at a step, in [0, 1)
 */
record AdamW(Tensor mean, Tensor meanSquare, double weightDecay, double beta1) {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;

  /** With PyTorch's β₁ = 0.9. */
  AdamW(Tensor mean, Tensor meanSquare, double weightDecay) {
    this(mean, meanSquare, weightDecay, BETA1);
  }

  /**
   * Takes a step, in place.
   *
   * @param weights like the moments
   * @param gradient like the moments
   * @param learningRate of this step
   * @param step counted from 0
   */
  void step(Tensor weights, Tensor gradient, double learningRate, long step) {
    weights.mul_(new Scalar(1 - learningRate * weightDecay));
    mean.mul_(new Scalar(beta1)).add_(gradient, new Scalar(1 - beta1));
    meanSquare.mul_(new Scalar(BETA2)).addcmul_(gradient, gradient, new Scalar(1 - BETA2));
    double correction1 = 1 - Math.pow(beta1, step + 1.0);
    double correction2 = 1 - Math.pow(BETA2, step + 1.0);
    Tensor root =
        meanSquare
            .sqrt()
            .div_(new Scalar(Math.sqrt(correction2)))
            .add_(new Scalar(EPSILON), new Scalar(1.0));
    weights.addcdiv_(mean, root, new Scalar(-learningRate / correction1));
  }
}
