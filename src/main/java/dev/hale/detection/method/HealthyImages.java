package dev.hale.detection.method;

import dev.hale.detection.method.SliceMethod.SliceBatch;
import dev.hale.diffusion.StepObserver;
import org.bytedeco.pytorch.Tensor;

/** Makes of each image the healthy image that the patient might have had. */
interface HealthyImages {
  /**
   * The healthy images.
   *
   * @param batch model images, with brains and seeds
   * @param observer sees every step
   * @return {@code [N, C, S, S]}, owned by the enclosing scope
   */
  Tensor healthy(SliceBatch batch, StepObserver observer);

  /** How many slices on either side of one it looks at, too. */
  default int context() {
    return 0;
  }

  /** Steps that the observer sees. */
  int steps();
}
