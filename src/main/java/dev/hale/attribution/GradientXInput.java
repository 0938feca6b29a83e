package dev.hale.attribution;

import org.bytedeco.pytorch.Tensor;

/**
 * x · ∂score/∂x (Shrikumar et al. 2016). Its sign means "towards diseased" only against an image of
 * zeros, mid-grey where images lie in [-1, 1].
 */
public record GradientXInput() implements Attribution {
  @Override
  public Tensor compute(Score score, Tensor x, boolean keepGraph) {
    return InputGradient.at(score, x, keepGraph).mul(x);
  }
}
