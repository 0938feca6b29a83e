package dev.hale.model;

import dev.hale.engine.CheckpointException;
import dev.hale.engine.kernels.FusedGroupNorm;
import dev.hale.engine.kernels.Kernels;
import dev.hale.engine.trace.Span;
import dev.hale.engine.trace.Trace;
import dev.hale.model.CutGraph.NormNode;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Group normalisation in 32 groups, ε = 1e-5, with what stands around it in the networks. Where the
 * features lie channels last, in float32 or bfloat16, one native kernel computes all of it,
 * provided that no gradient is recorded or none but through a {@link CutGraph}; elsewhere
 * LibTorch's operations do, one after another.
 */
record Norm(Tensor weight, Tensor bias) {
  private static final int GROUPS = 32;
  private static final double EPSILON = 1e-5;

  static Norm of(ParameterSource source, int channels) {
    if (channels % GROUPS != 0) {
      throw new CheckpointException(
          ("network layout: %d channels do not divide into %d normalisation groups;"
                  + " make the model channels times every multiplier a multiple of %d")
              .formatted(channels, GROUPS, GROUPS));
    }
    return new Norm(
        source.take("weight", Initialiser.ONES, channels),
        source.take("bias", Initialiser.ZEROS, channels));
  }

  Tensor forward(Tensor x) {
    try (Span span = Trace.span("group norm")) {
      if (span.isTraced()) {
        span.work(8 * x.numel(), 3 * x.numel() * x.element_size()); // two reads, one write
      }
      return normalise(x, GROUPS, weight, bias, EPSILON);
    }
  }

  /**
   * LibTorch's group normalisation, of features whose format may differ from that of scale and
   * shift. LibTorch cannot do that on a GPU, where it is done in the format of scale and shift.
   */
  static Tensor normalise(Tensor x, long groups, Tensor weight, Tensor bias, double epsilon) {
    ScalarType type = x.scalar_type();
    boolean converts = !x.is_cpu() && type.intern() != weight.scalar_type().intern();
    Tensor y =
        torch.group_norm(
            converts ? x.to(weight.scalar_type()) : x,
            groups,
            new TensorOptional(weight),
            new TensorOptional(bias),
            epsilon,
            false);
    return converts ? y.to(type) : y;
  }

  /**
   * SiLU(norm(x)).
   *
   * @param cuts through which gradients are asked for, or null
   */
  Tensor silu(Tensor x, CutGraph cuts) {
    return fuses(x, null, cuts) ? fused(x, null, false, cuts) : torch.silu(forward(x));
  }

  /**
   * SiLU(norm(x + added)).
   *
   * @param added {@code [N, C]}
   * @param cuts through which gradients are asked for, or null
   */
  Tensor siluOfSum(Tensor x, Tensor added, CutGraph cuts) {
    return fuses(x, added, cuts)
        ? fused(x, added, false, cuts)
        : torch.silu(forward(x.add(overPixels(added))));
  }

  /**
   * SiLU(norm(x)·(1 + scale) + shift).
   *
   * @param scaleAndShift {@code [N, 2C]}
   * @param cuts through which gradients are asked for, or null
   */
  Tensor siluScaled(Tensor x, Tensor scaleAndShift, CutGraph cuts) {
    if (fuses(x, scaleAndShift, cuts)) {
      return fused(x, scaleAndShift, true, cuts);
    }
    Tensor scale = scaleAndShift.narrow(1, 0, x.size(1));
    Tensor shift = scaleAndShift.narrow(1, x.size(1), x.size(1));
    return torch.silu(
        forward(x).mul(overPixels(scale).add(new Scalar(1.0))).add(overPixels(shift)));
  }

  /**
   * What the kernel computes.
   *
   * @param embedding is added, or {@code scales} and shifts; null for none
   */
  private Tensor fused(Tensor x, Tensor embedding, boolean scales, CutGraph cuts) {
    try (Span span = Trace.span("group norm + SiLU, fused")) {
      if (span.isTraced()) {
        span.work(20 * x.numel(), 3 * x.numel() * x.element_size()); // two reads, one write
      }
      Tensor out = torch.empty_like(x);
      FusedGroupNorm norm =
          new FusedGroupNorm(
              GROUPS,
              EPSILON,
              // In training they are float32, whatever the features are.
              cuts == null ? weight : weight.detach().to(x.scalar_type()),
              cuts == null ? bias : bias.detach().to(x.scalar_type()),
              scales ? null : embedding,
              scales ? embedding.narrow(1, 0, x.size(1)) : null,
              scales ? embedding.narrow(1, x.size(1), x.size(1)) : null,
              true);
      kernels(x).groupNorm(x, norm, out);
      return cuts == null
          ? out
          : cuts.normalised(x, new NormNode(norm, weight, bias, embedding), out);
    }
  }

  static Kernels kernels(Tensor x) {
    return Kernels.of(x.is_cuda() ? DeviceType.CUDA : DeviceType.CPU);
  }

  private boolean fuses(Tensor x, Tensor embedding, CutGraph cuts) {
    boolean records =
        cuts == null
            && GradMode.is_enabled()
            && (x.requires_grad()
                || weight.requires_grad()
                || bias.requires_grad()
                || (embedding != null && embedding.requires_grad()));
    // In planes (NCHW) LibTorch's two kernels are as fast or faster: docs/lab/kernel-timings.md.
    boolean channelsLast = x.dim() == 4 && x.stride(1) == 1;
    ScalarType type = x.scalar_type().intern();
    return !records
        && channelsLast
        && (x.is_cpu() || x.is_cuda())
        && (type == ScalarType.Float || type == ScalarType.BFloat16)
        && (cuts != null || weight.scalar_type().intern() == type)
        && (embedding == null || embedding.scalar_type().intern() == type);
  }

  private static Tensor overPixels(Tensor embedding) {
    return embedding.unsqueeze(-1).unsqueeze(-1);
  }
}
