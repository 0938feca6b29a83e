package dev.hale.model;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.hale.engine.Scope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Comparisons of tensors; a NaN anywhere fails them. */
public final class TensorAssert {
  private TensorAssert() {}

  /** Largest absolute difference; the shapes are the same. */
  public static double largestDifference(Tensor expected, Tensor actual) {
    assertTrue(expected.is_same_size(actual), "the shapes differ");
    try (Scope scope = new Scope()) {
      return expected
          .to(torch.ScalarType.Double)
          .sub(actual.to(torch.ScalarType.Double))
          .abs()
          .max()
          .item_double();
    }
  }

  public static void assertClose(Tensor expected, Tensor actual, double tolerance) {
    double difference = largestDifference(expected, actual);
    assertTrue(
        difference <= tolerance,
        () -> "largest difference %.3g exceeds %.3g".formatted(difference, tolerance));
  }

  /** The same shape and the same numbers to the last bit. */
  public static void assertIdentical(Tensor expected, Tensor actual) {
    assertTrue(
        expected.is_same_size(actual) && expected.equal(actual),
        () -> "largest difference %.3g, not 0".formatted(largestDifference(expected, actual)));
  }
}
