package dev.hale.engine.kernels;

import dev.hale.engine.Device;

/** The C++ attribution kernels. */
class CpuAttributionTest extends AttributionContract {
  @Override
  Kernels kernels() {
    return Kernels.of(Device.CPU);
  }
}
