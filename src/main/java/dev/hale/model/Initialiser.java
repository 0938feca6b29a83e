package dev.hale.model;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** How a fresh parameter is filled; the rules are PyTorch's defaults for the layer in question. */
@FunctionalInterface
interface Initialiser {
  Initialiser ZEROS = torch::zeros;
  Initialiser ONES = torch::ones;

  /** Standard normal, as an embedding table. */
  Initialiser NORMAL = torch::randn;

  Tensor create(long... shape);

  /** Normal of the given standard deviation. */
  static Initialiser normal(double standardDeviation) {
    return shape -> torch.randn(shape).mul_(new Scalar(standardDeviation));
  }

  /** Uniform in ±1/sqrt(fanIn), the default of convolutions and linear layers. */
  static Initialiser fanIn(long fanIn) {
    double bound = 1 / Math.sqrt((double) fanIn);
    return shape ->
        torch.rand(shape).mul_(new Scalar(2 * bound)).add_(new Scalar(-bound), new Scalar(1.0));
  }
}
