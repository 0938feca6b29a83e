package dev.hale.model;

import dev.hale.engine.trace.Span;
import dev.hale.engine.trace.Trace;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Multi-head attention over queries, keys and values packed in one tensor {@code [N, 3·C, T]}. The
 * reference has two packings: head by head (legacy), or all queries, all keys, all values (new).
 */
record Attention(int heads, boolean newOrder) {
  private static final long LONG = 256; // docs/lab/training-speed.md

  Tensor forward(Tensor qkv) {
    try (Span span = Trace.span("attention")) {
      if (span.isTraced()) {
        long products = qkv.size(0) * (qkv.size(1) / 3) * qkv.size(2) * qkv.size(2);
        span.work(4 * products, 4 * qkv.numel() / 3 * qkv.element_size());
      }
      return attend(qkv);
    }
  }

  private Tensor attend(Tensor qkv) {
    long n = qkv.size(0);
    long width = qkv.size(1) / 3;
    long length = qkv.size(2);
    long channels = width / heads;
    Tensor packed =
        newOrder
            ? qkv.reshape(n, 3, heads, channels, length).transpose(1, 2)
            : qkv.reshape(n, heads, 3, channels, length);
    Scalar scale =
        new Scalar(Math.pow((double) channels, -0.25)); // on q and k each: steadier in bf16
    Tensor q = packed.select(2, 0).reshape(n * heads, channels, length).mul(scale);
    Tensor k = packed.select(2, 1).reshape(n * heads, channels, length).mul(scale);
    Tensor v = packed.select(2, 2).reshape(n * heads, channels, length);
    Tensor weights = torch.softmax(torch.bmm(q.transpose(1, 2), k), -1); // [N·heads, T, T]
    return weighted(weights, v).reshape(n, width, length);
  }

  /** The values' weighted sums: of long sequences by the product whose derivatives are quicker. */
  private static Tensor weighted(Tensor weights, Tensor v) {
    return v.size(2) >= LONG
        ? torch.bmm(weights, v.transpose(1, 2)).transpose(1, 2)
        : torch.bmm(v, weights.transpose(1, 2));
  }
}
