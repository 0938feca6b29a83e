package dev.hale.diffusion;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Spherical linear interpolation between noise images (DDIM, appendix D.5, eq. 67). */
public final class Slerp {
  private Slerp() {}

  /**
   * The point at fraction {@code alpha} in [0, 1] of the way from {@code a} to {@code b}, tensors
   * of one shape taken as vectors; nearly parallel ones are interpolated linearly.
   */
  public static Tensor between(Tensor a, Tensor b, double alpha) {
    double norms = a.norm().item_double() * b.norm().item_double();
    double cosine = norms == 0 ? 1 : a.mul(b).sum().item_double() / norms;
    double angle = Math.acos(Math.max(-1, Math.min(1, cosine)));
    double sine = Math.sin(angle);
    double fromA = sine < 1e-6 ? 1 - alpha : Math.sin((1 - alpha) * angle) / sine;
    double fromB = sine < 1e-6 ? alpha : Math.sin(alpha * angle) / sine;
    return a.mul(new Scalar(fromA)).add(b.mul(new Scalar(fromB)));
  }
}
