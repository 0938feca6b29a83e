package dev.hale.diffusion;

import dev.hale.engine.kernels.Composition;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;

/**
 * What a chain's images are composed with, step by step, so that it makes new what lies inside a
 * gate and keeps the rest (as RePaint does, Lugmayr et al., CVPR 2022, algorithm 1).
 */
@FunctionalInterface
public interface Composing {
  /**
   * Asked once in each step, before it is taken.
   *
   * @param step the step; the image outside of the gate is to be at the level that it leads to,
   *     {@link ChainStep#to()}
   * @return tensors on the chain's device; those made here are freed after the step
   */
  Composition at(ChainStep step);

  /** With one gate for all steps. */
  static Composing inside(Tensor gate, Function<ChainStep, Tensor> outside) {
    return step -> new Composition(gate, outside.apply(step));
  }
}
