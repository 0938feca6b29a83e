package dev.hale.engine.kernels;

/** The CUDA attribution kernels, launched as on a GPU, run by the stand-in. */
class CudaAttributionTest extends AttributionContract {
  @Override
  Kernels kernels() {
    return StandIn.SHARED.get();
  }
}
