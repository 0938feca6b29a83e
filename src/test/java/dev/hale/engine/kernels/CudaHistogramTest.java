package dev.hale.engine.kernels;

import net.jqwik.api.Tag;

/** The CUDA histogram kernels, launched as on a GPU, run by the stand-in. */
@Tag("slow")
class CudaHistogramTest extends HistogramContract {
  @Override
  Kernels kernels() {
    return StandIn.SHARED.get();
  }
}
