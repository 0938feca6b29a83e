package dev.hale.engine.kernels;

import net.jqwik.api.Tag;

/** The CUDA group normalisation kernels, launched as on a GPU, run by the stand-in. */
@Tag("slow")
class CudaGroupNormTest extends GroupNormContract {
  @Override
  Kernels kernels() {
    return StandIn.SHARED.get();
  }
}
