package dev.hale.model;

import org.bytedeco.pytorch.Tensor;

/** Self-attention between all positions of an image, added to its input. */
record AttentionBlock(Norm norm, Pointwise qkv, Attention attention, Pointwise out)
    implements Layer {

  static AttentionBlock of(ParameterSource source, int channels, Backbone backbone) {
    return new AttentionBlock(
        Norm.of(source.in("norm"), channels),
        Pointwise.of(source.in("qkv"), channels, 3 * channels),
        new Attention(backbone.headsFor(channels), backbone.useNewAttentionOrder()),
        Pointwise.zero(source.in("proj_out"), channels, channels));
  }

  @Override
  public Tensor forward(Tensor x, Context context) {
    Tensor flat = x.reshape(x.size(0), x.size(1), -1);
    Tensor h = out.forward(attention.forward(qkv.forward(norm.forward(flat))));
    return flat.add(h).reshape(x.size(0), x.size(1), x.size(2), x.size(3));
  }
}
