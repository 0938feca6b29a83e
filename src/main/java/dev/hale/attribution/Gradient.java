package dev.hale.attribution;

import org.bytedeco.pytorch.Tensor;

/** ∂score/∂x (Simonyan, Vedaldi and Zisserman 2014, signed). */
public record Gradient() implements Attribution {
  @Override
  public Tensor compute(Score score, Tensor x, boolean keepGraph) {
    return InputGradient.at(score, x, keepGraph);
  }
}
