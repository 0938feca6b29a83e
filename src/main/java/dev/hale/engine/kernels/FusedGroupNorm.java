package dev.hale.engine.kernels;

import java.util.Objects;
import org.bytedeco.pytorch.Tensor;

/**
 * A group normalisation (Wu and He 2018, arXiv 1803.08494, eq. 1 and 7) with what surrounds it in a
 * diffusion network (Dhariwal and Nichol 2021, arXiv 2105.05233, "adaptive group normalization"):
 *
 * <pre>
 * y = f(norm(x + added)·(1 + scale) + shift),   norm(x) = (x − µ)/√(σ² + ε)·weight + bias
 * </pre>
 *
 * <p>µ and σ² are those of one group of channels of one image. All tensors but the groups' number
 * and ε are optional ({@code null}) and of the element type of x.
 *
 * @param groups into which the channels divide
 * @param epsilon ε, above 0
 * @param weight {@code [C]}
 * @param bias {@code [C]}
 * @param added {@code [N, C]}
 * @param scale {@code [N, C]}
 * @param shift {@code [N, C]}
 * @param silu whether f is x·sigmoid(x), rather than x
 */
public record FusedGroupNorm(
    int groups,
    double epsilon,
    Tensor weight,
    Tensor bias,
    Tensor added,
    Tensor scale,
    Tensor shift,
    boolean silu) {

  public FusedGroupNorm {
    if (groups < 1) {
      throw new IllegalArgumentException("groups must be at least 1, is " + groups);
    }
    if (!(epsilon > 0 && Float.isFinite((float) epsilon))) {
      throw new IllegalArgumentException("epsilon must be above 0 and finite, is " + epsilon);
    }
  }

  /** With weights and biases alone. */
  public static FusedGroupNorm of(
      int groups, double epsilon, Tensor weight, Tensor bias, boolean silu) {
    return new FusedGroupNorm(
        groups,
        epsilon,
        Objects.requireNonNull(weight, "weight"),
        Objects.requireNonNull(bias, "bias"),
        null,
        null,
        null,
        silu);
  }
}
