package dev.hale.engine.kernels;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The denoising step as a chain of LibTorch operations: what one would write without a kernel. */
final class DenoiseChain {
  private DenoiseChain() {}

  record Result(Tensor next, Tensor x0) {}

  static Result step(
      Tensor x, Tensor modelOutput, Tensor gradient, Tensor noise, StepCoefficients c) {
    Tensor o = modelOutput.narrow(1, 0, x.size(1));
    Tensor x0 = weighted(x, c.x0().fromX(), o, c.x0().fromOutput());
    Tensor eps = weighted(x, c.eps().fromX(), o, c.eps().fromOutput());
    if (c.clamp()) {
      Tensor outside = x0.abs().gt(scalar(1));
      Tensor held = torch.clamp(x0, new ScalarOptional(scalar(-1)), new ScalarOptional(scalar(1)));
      Tensor rederived =
          weighted(x, 1 / c.level().noise(), held, -c.level().signal() / c.level().noise());
      eps = rederived.where(outside, eps);
      x0 = held;
    }
    if (c.guidance() != 0) {
      eps = torch.sub(eps, gradient, scalar(c.guidance()));
      x0 = weighted(x, 1 / c.level().signal(), eps, -c.level().noise() / c.level().signal());
    }
    Tensor next = weighted(x0, c.next().fromX0(), x, c.next().fromX());
    if (c.next().fromEps() != 0) {
      next = torch.add(next, eps, scalar(c.next().fromEps()));
    }
    if (c.learnedVariance() && (c.next().fromGradient() != 0 || c.noisy())) {
      Tensor f = modelOutput.narrow(1, x.size(1), x.size(1)).add(scalar(1)).mul(scalar(0.5));
      Tensor logVariance =
          f.mul(scalar(c.learned().maxLog() - c.learned().minLog()))
              .add(scalar(c.learned().minLog()));
      if (c.next().fromGradient() != 0) {
        next = torch.add(next, logVariance.exp().mul(gradient), scalar(c.next().fromGradient()));
      }
      if (c.noisy()) {
        Tensor sigma = logVariance.mul(scalar(0.5)).exp();
        next = torch.add(next, sigma.mul(noise), scalar(c.next().fromNoise()));
      }
      return new Result(next, x0);
    }
    if (c.next().fromGradient() != 0) {
      next = torch.add(next, gradient, scalar(c.next().fromGradient()));
    }
    if (c.noisy()) {
      next = torch.add(next, noise, scalar(c.next().fromNoise()));
    }
    return new Result(next, x0);
  }

  /** Without the operations that a weight of 0 or 1 spares: a fair rival in measurements. */
  private static Tensor weighted(Tensor a, double weightOfA, Tensor b, double weightOfB) {
    if (weightOfA == 0) {
      return weightOfB == 1 ? b : b.mul(scalar(weightOfB));
    }
    Tensor scaled = weightOfA == 1 ? a : a.mul(scalar(weightOfA));
    return weightOfB == 0 ? scaled : torch.add(scaled, b, scalar(weightOfB));
  }

  private static Scalar scalar(double value) {
    return new Scalar(value);
  }
}
