package dev.hale.engine.kernels;

import dev.hale.engine.Device;

/** The C++ preparation of slices. */
class CpuSlicesTest extends SlicesContract {
  @Override
  Kernels kernels() {
    return Kernels.of(Device.CPU);
  }
}
