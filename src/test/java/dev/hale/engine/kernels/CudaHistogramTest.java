package dev.hale.engine.kernels;

/** The CUDA histogram kernels, launched as on a GPU, run by the stand-in. */
class CudaHistogramTest extends HistogramContract {
  @Override
  Kernels kernels() {
    return StandIn.SHARED.get();
  }
}
