package dev.hale.model;

import org.bytedeco.pytorch.Tensor;

/**
 * Group normalisation with learned scale and shift, ε = 1e-5, in any number of groups that divides
 * the channels; as many groups as channels is instance normalisation.
 */
record GroupNorm(Tensor weight, Tensor bias, int groups) {
  private static final double EPSILON = 1e-5;

  static GroupNorm of(ParameterSource source, int channels, int groups) {
    return new GroupNorm(
        source.take("weight", Initialiser.ONES, channels),
        source.take("bias", Initialiser.ZEROS, channels),
        groups);
  }

  Tensor forward(Tensor x) {
    return Norm.normalise(x, groups, weight, bias, EPSILON);
  }
}
