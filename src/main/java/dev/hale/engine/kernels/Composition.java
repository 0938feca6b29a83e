package dev.hale.engine.kernels;

import java.util.Objects;
import org.bytedeco.pytorch.Tensor;

/**
 * What an image is composed with: {@code outside + gate·(image − outside)}. Where the gate is 0
 * that is {@code outside} and where it is 1 the image, bit for bit, whatever the other one is
 * there, infinite or NaN.
 *
 * @param gate how much of the image shows, {@code [N, 1, H, W]} float32 in [0, 1]; beyond, it
 *     counts as the nearer end
 * @param outside what shows instead, {@code [N, C, H, W]} float32
 */
public record Composition(Tensor gate, Tensor outside) {

  /**
   * A composition.
   *
   * @throws NullPointerException if one of the two is absent
   */
  public Composition {
    Objects.requireNonNull(gate, "gate");
    Objects.requireNonNull(outside, "outside");
  }
}
