package dev.hale.model;

import dev.hale.engine.CheckpointException;
import dev.hale.engine.trace.Span;
import dev.hale.engine.trace.Trace;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Group normalisation in 32 groups, ε = 1e-5. */
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
      return torch.group_norm(
          x, GROUPS, new TensorOptional(weight), new TensorOptional(bias), EPSILON, false);
    }
  }
}
