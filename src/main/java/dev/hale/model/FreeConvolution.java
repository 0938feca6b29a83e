package dev.hale.model;

import org.bytedeco.pytorch.Tensor;

/**
 * A 2-D convolution of any square kernel, stride and zero padding; the bias is null where there is
 * none.
 */
record FreeConvolution(Tensor weight, Tensor bias, int stride, int padding) {
  static FreeConvolution of(
      ParameterSource source, int in, int out, int kernel, int stride, int padding) {
    Initialiser fanIn = Initialiser.fanIn((long) in * kernel * kernel);
    return new FreeConvolution(
        source.take("weight", fanIn, out, in, kernel, kernel),
        source.take("bias", fanIn, out),
        stride,
        padding);
  }

  static FreeConvolution withoutBias(
      ParameterSource source, int in, int out, int kernel, int stride, int padding) {
    Initialiser fanIn = Initialiser.fanIn((long) in * kernel * kernel);
    return new FreeConvolution(
        source.take("weight", fanIn, out, in, kernel, kernel), null, stride, padding);
  }

  Tensor forward(Tensor x) {
    return Convolutions.convolve(x, weight, bias, stride, padding);
  }
}
