package dev.hale.engine.kernels;

import java.util.Objects;
import org.bytedeco.pytorch.Tensor;

/**
 * Where one denoising step writes. The tensors exist beforehand and stay the caller's; all but
 * {@code next} are optional ({@code null}).
 *
 * @param next the next image, {@code [N, C, H, W]}; may be the current one, for a step in place
 * @param predX0 the x̂0 that the step used, {@code [N, C, H, W]}
 * @param composition what {@code next} is composed with once the step is computed; it does not
 *     touch x̂0
 */
public record StepOutputs(Tensor next, Tensor predX0, Composition composition) {

  public StepOutputs {
    Objects.requireNonNull(next, "next");
  }

  /** The next image alone. */
  public static StepOutputs next(Tensor next) {
    return new StepOutputs(next, null, null);
  }

  /** The next image and x̂0. */
  public static StepOutputs withPredX0(Tensor next, Tensor predX0) {
    return new StepOutputs(next, Objects.requireNonNull(predX0, "predX0"), null);
  }

  /** The same, with the next image composed. */
  public StepOutputs composedWith(Composition composition) {
    return new StepOutputs(next, predX0, Objects.requireNonNull(composition, "composition"));
  }
}
