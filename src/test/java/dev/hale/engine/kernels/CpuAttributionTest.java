package dev.hale.engine.kernels;

import org.bytedeco.pytorch.global.torch.DeviceType;

/** The C++ attribution kernels. */
class CpuAttributionTest extends AttributionContract {
  @Override
  Kernels kernels() {
    return Kernels.of(DeviceType.CPU);
  }
}
