package dev.hale.model;

import dev.hale.engine.Scope;
import dev.hale.engine.kernels.FusedGroupNorm;
import dev.hale.engine.kernels.Kernels;
import dev.hale.engine.kernels.Kernels.NormParameter;
import dev.hale.engine.trace.Span;
import dev.hale.engine.trace.Trace;
import java.util.ArrayDeque;
import java.util.Deque;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The way back through a network. LibTorch's recorded graph is cut wherever a native kernel
 * computes, and begins anew behind it: LibTorch differentiates the pieces, each once, and {@link
 * Kernels#groupNormBackward} what lies between them. Gradients arrive at every leaf that asks for
 * one, be it the network's input or its parameters; they cannot be differentiated again.
 *
 * <p>A tensor that is used on both sides of a cut would have its piece differentiated twice; {@link
 * #cut} it where that is so. For one thread and one {@link #backward}.
 */
public final class CutGraph {
  private final Deque<Piece> pieces = new ArrayDeque<>();

  /** Where a piece ends and the next begins, which is a leaf of LibTorch's graph. */
  private record Piece(Tensor end, NormNode norm, Tensor next) {}

  /**
   * A normalisation between two pieces.
   *
   * @param settings as the kernel was told, with parameters that know no gradients
   * @param weight {@code [C]}, as the network has it
   * @param bias {@code [C]}, as the network has it
   * @param embedding what was added {@code [N, C]}, or scales and shifts {@code [N, 2C]}, as the
   *     network has it; or null
   */
  record NormNode(FusedGroupNorm settings, Tensor weight, Tensor bias, Tensor embedding) {
    private boolean learns() {
      return weight.requires_grad()
          || bias.requires_grad()
          || (embedding != null && embedding.requires_grad());
    }

    /** The same, of tensors that no scope closes. */
    private NormNode own() {
      FusedGroupNorm own =
          new FusedGroupNorm(
              settings.groups(),
              settings.epsilon(),
              CutGraph.own(settings.weight()),
              CutGraph.own(settings.bias()),
              CutGraph.own(settings.added()),
              CutGraph.own(settings.scale()),
              CutGraph.own(settings.shift()),
              settings.silu());
      return new NormNode(own, CutGraph.own(weight), CutGraph.own(bias), CutGraph.own(embedding));
    }

    private void free() {
      CutGraph.free(
          settings.weight(),
          settings.bias(),
          settings.added(),
          settings.scale(),
          settings.shift(),
          weight,
          bias,
          embedding);
    }
  }

  /**
   * The values of {@code x}, with a piece of their own: what flows back to them is summed first.
   */
  Tensor cut(Tensor x) {
    if (x.is_leaf()) { // what flows back to it is summed anyway
      return x;
    }
    Tensor next = x.detach().requires_grad_(true);
    pieces.push(new Piece(own(x), null, own(next)));
    return next;
  }

  /** {@code y}, which a kernel made of {@code x}, as the beginning of a piece. */
  Tensor normalised(Tensor x, NormNode norm, Tensor y) {
    Tensor next = y.requires_grad_(true);
    pieces.push(new Piece(own(x), norm.own(), own(next)));
    return next;
  }

  /** Of the same tensor, one more object, which no scope closes. */
  private static Tensor own(Tensor tensorOrNull) {
    if (tensorOrNull == null) {
      return null;
    }
    Tensor own = new Tensor(tensorOrNull);
    own.retainReference();
    return own;
  }

  private static void free(Tensor... tensorsOrNull) {
    for (Tensor tensor : tensorsOrNull) {
      if (tensor != null) {
        tensor.deallocate();
      }
    }
  }

  /**
   * Differentiates a number by all leaves, and frees every piece with its gradient on the way.
   *
   * @param result made of the network's output; owned by the caller
   */
  public void backward(Tensor result) {
    result.backward();
    while (!pieces.isEmpty()) {
      Piece piece = pieces.pop();
      try (Scope scope = new Scope()) {
        TensorVector ends = new TensorVector();
        TensorVector gradients = new TensorVector();
        Tensor gradient = piece.next.grad();
        if (piece.norm != null) {
          normalise(piece, gradient, ends, gradients);
        }
        if (piece.end.requires_grad()) {
          add(piece.end, gradient, ends, gradients);
        }
        if (!ends.empty()) {
          torch.backward(ends, gradients, new BoolOptional(false), false, new TensorVector());
        }
      }
      free(piece.next, piece.end);
      if (piece.norm != null) {
        piece.norm.free();
      }
    }
  }

  /** Turns the gradient at a norm's output into that at its input, and adds its parameters'. */
  private static void normalise(
      Piece piece, Tensor gradient, TensorVector ends, TensorVector gradients) {
    Tensor x = piece.end;
    NormNode norm = piece.norm;
    try (Span span = Trace.span("group norm + SiLU, backwards")) {
      if (span.isTraced()) {
        span.work(50 * x.numel(), 6 * x.numel() * x.element_size()); // five reads, one write
      }
      Tensor byParameters = norm.learns() ? parametersLike(x) : null;
      Norm.kernels(x).groupNormBackward(x, norm.settings, gradient, gradient, byParameters);
      if (byParameters != null) {
        add(norm.weight, NormParameter.WEIGHT.of(byParameters).sum(0), ends, gradients);
        add(norm.bias, NormParameter.BIAS.of(byParameters).sum(0), ends, gradients);
        if (norm.settings.added() != null) {
          add(norm.embedding, NormParameter.ADDED.of(byParameters), ends, gradients);
        } else if (norm.settings.scale() != null) {
          TensorVector both =
              new TensorVector(
                  NormParameter.SCALE.of(byParameters), NormParameter.SHIFT.of(byParameters));
          add(norm.embedding, torch.cat(both, 1), ends, gradients);
        }
      }
    }
  }

  private static Tensor parametersLike(Tensor x) {
    long[] shape = {x.size(0), NormParameter.values().length, x.size(1)};
    return torch.empty(
        shape,
        new TensorOptions(ScalarType.Float).device(new DeviceOptional(x.device())),
        new MemoryFormatOptional());
  }

  private static void add(Tensor end, Tensor gradient, TensorVector ends, TensorVector gradients) {
    if (end.requires_grad()) {
      ends.push_back(end);
      gradients.push_back(gradient.to(end.scalar_type()));
    }
  }
}
