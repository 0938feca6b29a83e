package dev.hale.model;

import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The ADM residual block (Dhariwal and Nichol 2021): norm, SiLU, convolution, the embedding added
 * (or, with scale-shift norm, scaling and shifting the second norm), SiLU, dropout, convolution;
 * optionally halving or doubling the image inside.
 */
record ResidualBlock(
    Norm inNorm,
    Convolution inConvolution,
    Linear embedding,
    Norm outNorm,
    Convolution outConvolution,
    Convolution skip,
    boolean scaleShift,
    double dropout,
    Resample resample)
    implements Layer {

  static ResidualBlock of(
      ParameterSource source, int in, int out, Backbone backbone, Resample resample) {
    boolean scaleShift = backbone.useScaleShiftNorm();
    return new ResidualBlock(
        Norm.of(source.in("in_layers.0"), in),
        Convolution.of(source.in("in_layers.2"), in, out, 3, 1),
        Linear.of(
            source.in("emb_layers.1"), backbone.embeddingChannels(), scaleShift ? 2 * out : out),
        Norm.of(source.in("out_layers.0"), out),
        Convolution.zero3x3(source.in("out_layers.3"), out, out),
        in == out ? null : Convolution.of(source.in("skip_connection"), in, out, 1, 1),
        scaleShift,
        backbone.dropout(),
        resample);
  }

  @Override
  public Tensor forward(Tensor x, Context context) {
    CutGraph cuts = context.cuts();
    Tensor in = cuts == null ? x : cuts.cut(x); // both paths use it
    Tensor h = inConvolution.forward(resample.apply(inNorm.silu(in, cuts)));
    Tensor shortcut = resample.apply(in);
    Tensor emb = embedding.forward(context.embedding());
    h = scaleShift ? outNorm.siluScaled(h, emb, cuts) : outNorm.siluOfSum(h, emb, cuts);
    if (dropout > 0 && context.dropout() != null) {
      h = h.mul(mask(h, context.dropout()));
    }
    h = outConvolution.forward(h);
    return (skip == null ? shortcut : skip.forward(shortcut)).add(h);
  }

  /** Of dropout (Srivastava et al. 2014): 0 or, so that the mean stays, 1/(1 − p). */
  private Tensor mask(Tensor like, GeneratorOptional generator) {
    try (NoGradGuard noGrad = new NoGradGuard()) {
      double kept = 1 - dropout;
      return torch.empty_like(like).bernoulli_(kept, generator).div_(new Scalar(kept));
    }
  }
}
