package dev.hale.diffusion;

import static dev.hale.model.TensorAssert.assertClose;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.hale.engine.Scope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Interpolation along the sphere on which Gaussian noise lives. */
class SlerpTest {
  private final Scope scope = new Scope();
  private Tensor a;
  private Tensor b;

  @BeforeEach
  void draw() {
    torch.manual_seed(4);
    a = unit(torch.randn(1, 2, 8, 8));
    b = unit(torch.randn(1, 2, 8, 8).add(a.mul(new Scalar(3.0))));
  }

  @AfterEach
  void free() {
    scope.close();
  }

  private static Tensor unit(Tensor x) {
    return x.div(x.norm());
  }

  private static double angle(Tensor x, Tensor y) {
    return Math.acos(x.mul(y).sum().item_double());
  }

  @Test
  void theEndsAreTheImagesThemselves() {
    assertClose(a, Slerp.between(a, b, 0), 1e-6);
    assertClose(b, Slerp.between(a, b, 1), 1e-6);
  }

  @Test
  void theWayKeepsTheNormAndTurnsEvenly() {
    double whole = angle(a, b);
    for (double alpha : new double[] {0.1, 0.25, 0.5, 0.9}) {
      Tensor between = Slerp.between(a, b, alpha);
      assertEquals(1, between.norm().item_double(), 1e-5);
      assertEquals(alpha * whole, angle(a, between), 1e-3);
      assertEquals((1 - alpha) * whole, angle(between, b), 1e-3);
    }
  }

  @Test
  void parallelImagesAreMixedLinearly() {
    Tensor twice = a.mul(new Scalar(2.0));
    assertClose(a.mul(new Scalar(1.25)), Slerp.between(a, twice, 0.25), 1e-6);
    Tensor zero = torch.zeros_like(a);
    assertClose(zero, Slerp.between(zero, zero, 0.3), 0);
  }
}
