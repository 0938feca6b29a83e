package dev.hale.engine.kernels;

import org.bytedeco.pytorch.global.torch.DeviceType;

/** The C++ preparation of slices. */
class CpuSlicesTest extends SlicesContract {
  @Override
  Kernels kernels() {
    return Kernels.of(DeviceType.CPU);
  }
}
