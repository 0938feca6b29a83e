package dev.hale.architecture.broken.cli;

import org.bytedeco.pytorch.Tensor;

/** Breaks a rule on purpose. */
public final class CommandKnowsTensor {
  long size(Tensor tensor) {
    return tensor.numel();
  }
}
