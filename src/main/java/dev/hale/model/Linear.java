package dev.hale.model;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * {@code [N, in] → [N, out]}. Without training each row is a product of its own: one product
 * through all rows goes in blocks, and a row's last bits depend on its place in them.
 */
record Linear(Tensor weight, Tensor bias) {
  static Linear of(ParameterSource source, int in, int out) {
    Initialiser fanIn = Initialiser.fanIn(in);
    return new Linear(source.take("weight", fanIn, out, in), source.take("bias", fanIn, out));
  }

  Tensor forward(Tensor x) {
    if (weight.requires_grad()) {
      return torch.linear(x, weight, bias);
    }
    Tensor weights = weight.t().expand(x.size(0), weight.size(1), weight.size(0));
    return torch
        .baddbmm(bias.expand(x.size(0), 1, weight.size(0)), x.unsqueeze(1), weights)
        .squeeze(1);
  }
}
