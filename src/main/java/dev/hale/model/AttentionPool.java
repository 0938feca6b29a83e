package dev.hale.model;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The pooling of CLIP's image encoder: the mean joins the positions as one more, all attend to all,
 * and the mean's output is what the classifier returns, {@code [N, outputs]}.
 */
record AttentionPool(Tensor positions, Pointwise qkv, Attention attention, Pointwise out) {
  static AttentionPool of(ParameterSource source, int side, int channels, int heads, int outputs) {
    return new AttentionPool(
        source.take(
            "positional_embedding",
            Initialiser.normal(1 / Math.sqrt(channels)),
            channels,
            (long) side * side + 1),
        Pointwise.of(source.in("qkv_proj"), channels, 3 * channels),
        new Attention(heads, true),
        Pointwise.of(source.in("c_proj"), channels, outputs));
  }

  Tensor forward(Tensor x) {
    Tensor flat = x.reshape(x.size(0), x.size(1), -1);
    Tensor mean = flat.mean(-1).unsqueeze(-1);
    Tensor sequence = torch.cat(new TensorVector(mean, flat), -1).add(positions);
    return out.forward(attention.forward(qkv.forward(sequence))).select(2, 0);
  }
}
