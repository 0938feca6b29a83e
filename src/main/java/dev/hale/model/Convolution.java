package dev.hale.model;

import dev.hale.engine.trace.Span;
import dev.hale.engine.trace.Trace;
import org.bytedeco.pytorch.Tensor;

/** A 2-D convolution with bias, odd square kernel, zero padding that keeps the size at stride 1. */
record Convolution(Tensor weight, Tensor bias, int kernel, int stride) implements Layer {
  static Convolution of(ParameterSource source, int in, int out, int kernel, int stride) {
    Initialiser fanIn = Initialiser.fanIn((long) in * kernel * kernel);
    return new Convolution(
        source.take("weight", fanIn, out, in, kernel, kernel),
        source.take("bias", fanIn, out),
        kernel,
        stride);
  }

  /** A 3×3 convolution that starts at zero, so that a residual block starts as the identity. */
  static Convolution zero3x3(ParameterSource source, int in, int out) {
    return new Convolution(
        source.take("weight", Initialiser.ZEROS, out, in, 3, 3),
        source.take("bias", Initialiser.ZEROS, out),
        3,
        1);
  }

  Tensor forward(Tensor x) {
    try (Span span = Trace.span("convolution")) {
      Tensor y = Convolutions.convolve(x, weight, bias, stride, kernel / 2);
      if (span.isTraced()) {
        long products = y.numel() * x.size(1) * kernel * kernel;
        span.work(2 * products, (x.numel() + y.numel() + weight.numel()) * x.element_size());
      }
      return y;
    }
  }

  @Override
  public Tensor forward(Tensor x, Context context) {
    return forward(x);
  }
}
