// Compiled, not run, where nvcc is found: instantiates every kernel and the launcher.
#include "denoise_step.cuh"

cudaError_t compile_check(const hale_step& step, const hale_step_coefficients& coefficients,
                          cudaStream_t stream) {
  return hale_cuda_denoise_step(step, coefficients, stream);
}
