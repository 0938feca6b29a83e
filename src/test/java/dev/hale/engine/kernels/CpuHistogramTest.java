package dev.hale.engine.kernels;

import dev.hale.engine.Device;

/** The C++ histograms. */
class CpuHistogramTest extends HistogramContract {
  @Override
  Kernels kernels() {
    return Kernels.of(Device.CPU);
  }
}
