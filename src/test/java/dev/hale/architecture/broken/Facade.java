package dev.hale.architecture.broken;

import org.bytedeco.pytorch.Tensor;

/** Breaks a rule on purpose. */
public class Facade {
  protected Tensor map;
}
