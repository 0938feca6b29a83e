package dev.hale.engine.kernels;

/** The CUDA group normalisation kernels, launched as on a GPU, run by the stand-in. */
class CudaGroupNormTest extends GroupNormContract {
  @Override
  Kernels kernels() {
    return StandIn.SHARED.get();
  }
}
