package dev.hale.engine.kernels;

/** The CUDA preparation of slices, launched as on a GPU, run by the stand-in. */
class CudaSlicesTest extends SlicesContract {
  @Override
  Kernels kernels() {
    return StandIn.SHARED.get();
  }
}
