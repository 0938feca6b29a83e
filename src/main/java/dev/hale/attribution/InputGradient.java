package dev.hale.attribution;

import dev.hale.engine.Scope;
import dev.hale.engine.kernels.Kernels;
import java.util.Arrays;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

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

  /** Points of straight paths to each image, at which gradients are taken. */
  interface Points {
    /** Points an image. */
    int count();

    /**
     * Where a point lies.
     *
     * @param x images {@code first … first + x.size(0) - 1} of all
     */
    Point of(int point, Tensor x, int first);
  }

  /**
   * α·x + (1 − α)·baseline.
   *
   * @param baseline shaped like the images; may be an expanded view
   * @param alphas α, one an image
   * @param timesDelta whether the gradient there is multiplied with x − baseline
   * @param weight of it in the sum
   */
  record Point(Tensor baseline, float[] alphas, boolean timesDelta, double weight) {
    static float[] same(double value, long count) {
      float[] values = new float[Math.toIntExact(count)];
      Arrays.fill(values, (float) value);
      return values;
    }
  }

  /**
   * The sum, over an image's points, of the weighted gradients. Where no graph is kept and the
   * images are float32, native kernels make the points and the sum.
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
    boolean fuses = x.scalar_type().intern() == ScalarType.Float;
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
          Tensor partSum = sum.narrow(0, first, n);
          if (fuses) {
            addFused(score, part, points, first, point, m, partSum);
          } else {
            partSum.add_(part(score, part, points, first, point, m, false));
          }
        }
      }
    }
    return sum;
  }

  private static Tensor part(
      Score score, Tensor x, Points points, int first, int from, int count, boolean keepGraph) {
    Point[] taken = new Point[count];
    TensorVector inputs = new TensorVector();
    for (int j = 0; j < count; j++) {
      taken[j] = points.of(from + j, x, first);
      Tensor baseline = taken[j].baseline();
      inputs.push_back(baseline.add(x.sub(baseline).mul(overImages(taken[j].alphas(), x))));
    }
    Tensor gradients = at(score, torch.cat(inputs, 0), keepGraph);
    Tensor sum = null;
    for (int j = 0; j < count; j++) {
      Tensor term =
          gradients.narrow(0, j * x.size(0), x.size(0)).mul(new Scalar(taken[j].weight()));
      term = taken[j].timesDelta() ? term.mul(x.sub(taken[j].baseline())) : term;
      sum = sum == null ? term : sum.add(term);
    }
    return sum;
  }

  private static Tensor overImages(float[] values, Tensor x) {
    long[] shape = new long[(int) x.dim()];
    Arrays.fill(shape, 1);
    shape[0] = values.length;
    return torch.tensor(values).to(x).reshape(shape);
  }

  private static void addFused(
      Score score, Tensor x, Points points, int first, int from, int count, Tensor sum) {
    Kernels kernels = Kernels.of(x.device().type());
    long n = x.size(0);
    long[] shape = new long[(int) x.dim()];
    Arrays.setAll(shape, x::size);
    shape[0] = count * n;
    Tensor inputs = torch.empty(shape).to(x);
    Point[] taken = new Point[count];
    for (int j = 0; j < count; j++) {
      taken[j] = points.of(from + j, x, first);
      kernels.pathPoints(
          planes(x),
          planes(taken[j].baseline()),
          taken[j].alphas(),
          planes(inputs.narrow(0, j * n, n)));
    }
    Tensor gradients = at(score, inputs, false);
    for (int j = 0; j < count; j++) {
      boolean timesDelta = taken[j].timesDelta();
      kernels.accumulate(
          planes(gradients.narrow(0, j * n, n)),
          timesDelta ? planes(x) : null,
          timesDelta ? planes(taken[j].baseline()) : null,
          Point.same(taken[j].weight(), n),
          planes(sum));
    }
  }

  /** A volume {@code [N, C, D, H, W]} as a view {@code [N, C, D·H, W]}; images are that already. */
  private static Tensor planes(Tensor x) {
    return x.dim() == 5 ? x.view(x.size(0), x.size(1), x.size(2) * x.size(3), x.size(4)) : x;
  }
}
