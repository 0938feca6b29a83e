package dev.hale.attribution;

import dev.hale.engine.Scope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** ∂score/∂x, which every attribution is made of. */
final class InputGradient {
  private InputGradient() {}

  /** The gradient of each image's score at that image. */
  static Tensor at(Score score, Tensor x, boolean keepGraph) {
    Tensor input = x.detach().requires_grad_(true);
    Tensor sum = score.of(input).sum(); // images do not meet, so each keeps its own gradient
    TensorVector gradients =
        torch.grad(
            new TensorVector(sum),
            new TensorVector(input),
            new TensorVector(),
            new BoolOptional(keepGraph),
            keepGraph,
            false);
    return new Tensor(gradients.get(0)); // outlives the vector
  }

  /** A weighted sum of gradients at several points an image. */
  interface Points {
    /** Points an image. */
    int count();

    /**
     * Where the gradient is taken.
     *
     * @param x images {@code first … first + x.size(0) - 1} of all
     * @return shaped like {@code x}
     */
    Tensor at(int point, Tensor x, int first);

    /** What the gradient is multiplied with; null for 1. */
    Tensor factor(int point, Tensor x, int first);

    /** How much the point counts. */
    double weight(int point);
  }

  /**
   * The sum, over an image's points, of weight × factor × gradient.
   *
   * @param batch images that go through the network together at most, 0 for as many as {@code x}
   *     has; not heeded with {@code keepGraph}, which keeps all of them in memory anyway
   */
  static Tensor sum(Score score, Tensor x, Points points, int batch, boolean keepGraph) {
    if (keepGraph) {
      Tensor sum = part(score, x, points, 0, 0, 1, true);
      for (int point = 1; point < points.count(); point++) {
        sum = sum.add(part(score, x, points, 0, point, 1, true));
      }
      return sum;
    }
    int count = Math.toIntExact(x.size(0));
    int most = batch == 0 ? count : batch;
    int images = Math.min(count, most);
    int together = Math.max(1, most / Math.max(1, images));
    Tensor sum = torch.zeros_like(x);
    for (int first = 0; first < count; first += images) {
      int n = Math.min(images, count - first);
      for (int point = 0; point < points.count(); point += together) {
        int m = Math.min(together, points.count() - point);
        try (Scope scope = new Scope()) {
          Tensor part = x.narrow(0, first, n);
          sum.narrow(0, first, n).add_(part(score, part, points, first, point, m, false));
        }
      }
    }
    return sum;
  }

  private static Tensor part(
      Score score, Tensor x, Points points, int first, int from, int count, boolean keepGraph) {
    TensorVector inputs = new TensorVector();
    for (int point = from; point < from + count; point++) {
      inputs.push_back(points.at(point, x, first));
    }
    Tensor gradients = at(score, torch.cat(inputs, 0), keepGraph);
    Tensor sum = null;
    for (int j = 0; j < count; j++) {
      Tensor term =
          gradients.narrow(0, j * x.size(0), x.size(0)).mul(new Scalar(points.weight(from + j)));
      Tensor factor = points.factor(from + j, x, first);
      term = factor == null ? term : term.mul(factor);
      sum = sum == null ? term : sum.add(term);
    }
    return sum;
  }
}
