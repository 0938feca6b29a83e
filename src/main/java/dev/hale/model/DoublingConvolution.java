package dev.hale.model;

import org.bytedeco.pytorch.Tensor;

/** A transposed 4×4 convolution of stride 2 without bias, which doubles rows and columns. */
record DoublingConvolution(Tensor weight) {
  private static final int KERNEL = 4;

  static DoublingConvolution of(ParameterSource source, int in, int out) {
    // PyTorch counts the fan-in of a transposed convolution by its outputs.
    Initialiser fanIn = Initialiser.fanIn((long) out * KERNEL * KERNEL);
    return new DoublingConvolution(source.take("weight", fanIn, in, out, KERNEL, KERNEL));
  }

  Tensor forward(Tensor x) {
    return Convolutions.convolveTransposed(x, weight, 2, 1);
  }
}
