package dev.hale.model;

import org.bytedeco.pytorch.Tensor;

/**
 * The same linear map at every position of a sequence: {@code [N, in, T] → [N, out, T]}. Its weight
 * has the shape {@code [out, in, 1]} of the 1-D convolution that the reference uses.
 */
record Pointwise(Tensor weight, Tensor bias) {
  static Pointwise of(ParameterSource source, int in, int out) {
    Initialiser fanIn = Initialiser.fanIn(in);
    return new Pointwise(source.take("weight", fanIn, out, in, 1), source.take("bias", fanIn, out));
  }

  static Pointwise zero(ParameterSource source, int in, int out) {
    return new Pointwise(
        source.take("weight", Initialiser.ZEROS, out, in, 1),
        source.take("bias", Initialiser.ZEROS, out));
  }

  Tensor forward(Tensor x) {
    return Convolutions.convolve(x, weight, bias, 1, 0);
  }
}
