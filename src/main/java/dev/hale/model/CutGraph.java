package dev.hale.model;

import dev.hale.engine.Scope;
import dev.hale.engine.kernels.FusedGroupNorm;
import dev.hale.engine.kernels.Kernels;
import dev.hale.engine.trace.Span;
import dev.hale.engine.trace.Trace;
import java.util.ArrayDeque;
import java.util.Deque;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;

/**
 * The way back through a network for the gradient of its input alone. LibTorch's recorded graph is
 * cut wherever a native kernel computes, and begins anew behind it: LibTorch differentiates the
 * pieces, each once, and {@link Kernels#groupNormBackward} what lies between them.
 *
 * <p>A tensor that is used on both sides of a cut would have its piece differentiated twice; {@link
 * #cut} it where that is so.
 */
final class CutGraph {
  private final Deque<Piece> pieces = new ArrayDeque<>();

  /** Where a piece ends and the next begins, which is a leaf of LibTorch's graph. */
  private record Piece(Tensor end, FusedGroupNorm norm, Tensor next) {}

  /**
   * The values of {@code x}, with a piece of their own: what flows back to them is summed first.
   */
  Tensor cut(Tensor x) {
    Tensor next = x.detach().requires_grad_(true);
    pieces.push(new Piece(x, null, next));
    return next;
  }

  /** {@code y}, which a kernel made of {@code x}, as the beginning of a piece. */
  Tensor normalised(Tensor x, FusedGroupNorm norm, Tensor y) {
    Tensor next = y.requires_grad_(true);
    pieces.push(new Piece(x, norm, next));
    return next;
  }

  /** Differentiates a number by all leaves, and frees every piece with its gradient on the way. */
  void backward(Tensor result) {
    result.backward();
    while (!pieces.isEmpty()) {
      Piece piece = pieces.pop();
      try (Scope scope = new Scope()) {
        Tensor gradient = piece.next.grad();
        if (piece.norm != null) {
          normalise(piece, gradient);
        }
        piece.end.backward(gradient, new BoolOptional(false), false, new TensorArrayRefOptional());
      }
      piece.next.close();
    }
  }

  private static void normalise(Piece piece, Tensor gradient) {
    Tensor x = piece.end;
    try (Span span = Trace.span("group norm + SiLU, backwards")) {
      if (span.isTraced()) {
        span.work(50 * x.numel(), 6 * x.numel() * x.element_size()); // five reads, one write
      }
      Norm.kernels(x).groupNormBackward(x, piece.norm, gradient, gradient, null);
    }
  }
}
