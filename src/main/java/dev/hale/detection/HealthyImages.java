package dev.hale.detection;

import dev.hale.diffusion.StepObserver;
import org.bytedeco.pytorch.Tensor;

/** Makes of each image the healthy image that the patient might have had. */
interface HealthyImages {
  /**
   * The healthy images.
   *
   * @param x model images {@code [N, C, S, S]} float32 on the device of the networks
   * @param brains {@code [n][j * S + i]}
   * @param seeds of what is drawn at random for each image
   * @param observer sees every step
   * @return {@code [N, C, S, S]}, owned by the enclosing scope
   */
  Tensor healthy(Tensor x, byte[][] brains, long[] seeds, StepObserver observer);

  /** Steps that the observer sees. */
  int steps();
}
