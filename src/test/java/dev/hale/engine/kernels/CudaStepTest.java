package dev.hale.engine.kernels;

import java.util.List;

/** The CUDA denoising step, launched as on a GPU, run by the stand-in. */
class CudaStepTest extends KernelsContract {
  @Override
  Kernels kernels() {
    return StandIn.SHARED.get();
  }

  @Override
  List<String> variants() {
    return List.of("cuda");
  }

  @Override
  void use(String variant) {}
}
