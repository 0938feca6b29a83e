package dev.hale.engine.kernels;

import dev.hale.engine.Engine;

/**
 * What {@code NativeKernels} extends, and so what happens before hale's own library is loaded:
 * LibTorch comes first. It brings the OpenMP runtime, which hale's library then finds already
 * loaded under the same name. In the other order the process would run two, with two thread pools.
 */
class KernelsAfterLibTorch extends KernelsBinding {
  static {
    Engine.load();
  }
}
