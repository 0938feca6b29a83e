// Just enough of CUDA C++ to run elementwise kernels on the CPU: blocks and threads are loops.
// There are no barriers, shuffles or shared memory; a kernel that uses them does not compile
// against this.
#ifndef HALE_TEST_CUDA_ON_CPU_H_
#define HALE_TEST_CUDA_ON_CPU_H_

#include <cmath>
#include <cstdint>

#define __global__
#define __device__
#define __launch_bounds__(threads)

struct uint3 {
  unsigned x, y, z;
};
inline uint3 threadIdx, blockIdx, blockDim, gridDim;

// 16-byte accesses must be aligned on a GPU: the undefined-behaviour sanitizer sees when they are
// not.
struct alignas(16) float4 {
  float x, y, z, w;
};
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }

// Runs the threads of a launch one after another, the last one first if so asked: a kernel whose
// threads are independent cannot tell.
template <typename Kernel, typename... Arguments>
void launch(unsigned grid, unsigned block, bool backwards, Kernel kernel, Arguments... arguments) {
  gridDim = {grid, 1, 1};
  blockDim = {block, 1, 1};
  const uint64_t threads = static_cast<uint64_t>(grid) * block;
  for (uint64_t i = 0; i < threads; ++i) {
    const uint64_t thread = backwards ? threads - 1 - i : i;
    blockIdx = {static_cast<unsigned>(thread / block), 0, 0};
    threadIdx = {static_cast<unsigned>(thread % block), 0, 0};
    kernel(arguments...);
  }
}

#endif  // HALE_TEST_CUDA_ON_CPU_H_
