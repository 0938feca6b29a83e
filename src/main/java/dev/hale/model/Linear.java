package dev.hale.model;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** {@code [N, in] → [N, out]}. */
record Linear(Tensor weight, Tensor bias) {
  static Linear of(ParameterSource source, int in, int out) {
    Initialiser fanIn = Initialiser.fanIn(in);
    return new Linear(source.take("weight", fanIn, out, in), source.take("bias", fanIn, out));
  }

  Tensor forward(Tensor x) {
    return torch.linear(x, weight, bias);
  }
}
