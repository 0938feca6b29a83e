package dev.hale.model;

import org.bytedeco.pytorch.Tensor;

/**
 * Where a network gets its parameters from while it is laid out: a checkpoint, an initialiser, or a
 * recorder of names and shapes. So the layout of a network is written once.
 */
@FunctionalInterface
interface ParameterSource {
  /** The parameter of this full name; the shape is what the network needs. */
  Tensor take(String name, Initialiser initialiser, long... shape);

  /** The same source, with every name prefixed by {@code prefix} and a dot. */
  default ParameterSource in(String prefix) {
    return (name, initialiser, shape) -> take(prefix + "." + name, initialiser, shape);
  }
}
