package dev.hale.detection.method;

import dev.hale.engine.Scope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The healthy image of a slice, and how sure it is.
 *
 * @param mean {@code [1, C, S, S]}, of the samples; what was not made new is the input, bit for bit
 * @param deviation of the samples from it, like {@code mean}; 0 where there is one sample
 */
record Healing(Tensor mean, Tensor deviation) {
  /** Of a slice in which nothing was made new. */
  static Healing none(Tensor image) {
    return new Healing(image, torch.zeros_like(image));
  }

  /**
   * Of samples.
   *
   * @param image {@code [1, C, S, S]}
   * @param inside where it was made new, {@code [1, 1, S, S]}, 1 or 0
   * @param samples {@code [K, C, S, S]}
   * @return owned by the enclosing scope
   */
  static Healing of(Tensor image, Tensor inside, Tensor samples) {
    try (Scope scope = new Scope()) {
      Tensor made = samples.to(ScalarType.Double);
      Tensor centre = made.mean(new long[] {0}, true, new ScalarTypeOptional());
      Tensor squares =
          torch.square(made.sub(centre)).sum(new long[] {0}, true, new ScalarTypeOptional());
      Tensor deviation = squares.div(new Scalar((double) Math.max(1, samples.size(0) - 1))).sqrt();
      Tensor gate = inside.to(ScalarType.Bool);
      return new Healing(
          scope.keep(torch.where(gate, centre.to(ScalarType.Float), image)),
          scope.keep(deviation.to(ScalarType.Float).mul(inside)));
    }
  }

  /**
   * How much the samples differ, channels together: the root of the sum of their variances.
   *
   * @param channels that count
   * @return {@code [1, S, S]}, owned by the enclosing scope
   */
  Tensor spread(int[] channels) {
    try (Scope scope = new Scope()) {
      Tensor variance = torch.square(Difference.chosen(deviation, channels).to(ScalarType.Double));
      return scope.keep(
          variance
              .sum(new long[] {1}, false, new ScalarTypeOptional())
              .sqrt()
              .to(ScalarType.Float));
    }
  }
}
