package dev.hale.model;

import org.bytedeco.pytorch.Tensor;

/** One step of a network. */
@FunctionalInterface
interface Layer {
  /**
   * Computes its output.
   *
   * @param x features {@code [N, C, H, W]}
   * @param context what every layer of this call shares
   */
  Tensor forward(Tensor x, Context context);

  /**
   * Computes its output.
   *
   * @param embedding time (and class) embedding {@code [N, E]}, already through SiLU
   * @param training whether dropout is active
   * @param cuts by which the output will be differentiated, or null
   */
  record Context(Tensor embedding, boolean training, CutGraph cuts) {}
}
