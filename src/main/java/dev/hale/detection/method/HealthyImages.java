package dev.hale.detection.method;

import dev.hale.detection.method.SliceMethod.SliceBatch;
import dev.hale.diffusion.StepObserver;
import org.bytedeco.pytorch.Tensor;

/** Makes of each image the healthy image that the patient might have had. */
interface HealthyImages {
  /**
   * The healthy images.
   *
   * @param x model images {@code [N, C, S, S]} float32 on the device of the networks
   * @param batch what {@code x} was made of, with brains and seeds
   * @param observer sees every step
   * @return {@code [N, C, S, S]}, owned by the enclosing scope
   */
  Tensor healthy(Tensor x, SliceBatch batch, StepObserver observer);

  /** Steps that the observer sees. */
  int steps();
}
