package dev.hale.engine.kernels;

import java.util.Objects;
import org.bytedeco.pytorch.Tensor;

/**
 * Where one denoising step writes. The tensors exist beforehand and stay the caller's; all but
 * {@code next} are optional ({@code null}).
 *
 * @param next the next image, {@code [N, C, H, W]}; may be the current one, for a step in place
 * @param predX0 the x̂0 that the step used, {@code [N, C, H, W]}
 * @param reference what x̂0 is compared with, {@code [N, C, H, W]}; read only
 * @param differenceMap {@code [N, H, W]}, to which the step adds Σ_c |reference − x̂0|; comes with
 *     {@code reference} or not at all
 * @param composition what {@code next} is composed with once the step is computed; it touches
 *     neither x̂0 nor the map
 */
public record StepOutputs(
    Tensor next, Tensor predX0, Tensor reference, Tensor differenceMap, Composition composition) {

  public StepOutputs {
    Objects.requireNonNull(next, "next");
    if ((reference == null) != (differenceMap == null)) {
      throw new IllegalArgumentException(
          "reference and differenceMap come together: reference is %s, differenceMap is %s"
              .formatted(presence(reference), presence(differenceMap)));
    }
  }

  /** The next image alone. */
  public static StepOutputs next(Tensor next) {
    return new StepOutputs(next, null, null, null, null);
  }

  /** The next image and x̂0. */
  public static StepOutputs withPredX0(Tensor next, Tensor predX0) {
    return new StepOutputs(next, Objects.requireNonNull(predX0, "predX0"), null, null, null);
  }

  /** The next image, and a running map of how far x̂0 is from {@code reference}. */
  public static StepOutputs withDifference(Tensor next, Tensor reference, Tensor differenceMap) {
    return new StepOutputs(
        next,
        null,
        Objects.requireNonNull(reference, "reference"),
        Objects.requireNonNull(differenceMap, "differenceMap"),
        null);
  }

  /** The same, with the next image composed. */
  public StepOutputs composedWith(Composition composition) {
    return new StepOutputs(
        next, predX0, reference, differenceMap, Objects.requireNonNull(composition, "composition"));
  }

  private static String presence(Tensor tensor) {
    return tensor == null ? "absent" : "present";
  }
}
