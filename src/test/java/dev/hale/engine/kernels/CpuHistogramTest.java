package dev.hale.engine.kernels;

import org.bytedeco.pytorch.global.torch.DeviceType;

/** The C++ histograms. */
class CpuHistogramTest extends HistogramContract {
  @Override
  Kernels kernels() {
    return Kernels.of(DeviceType.CPU);
  }
}
