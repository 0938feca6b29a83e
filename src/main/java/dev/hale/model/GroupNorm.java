package dev.hale.model;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

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
    return torch.group_norm(
        x, groups, new TensorOptional(weight), new TensorOptional(bias), EPSILON, false);
  }
}
