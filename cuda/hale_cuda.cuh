// What all CUDA kernels are made of: the block, element types, sums over warps and blocks.
//
// Sums run in a fixed order: lanes by halving, then warps in turn. So a kernel without atomic sums
// gives the same bits every time; those with atomics add integers only.
#ifndef HALE_CUDA_CUH_
#define HALE_CUDA_CUH_

#include "hale.h"
#include "hale_math.h"
#include "launch.h"

#define HALE_CUDA_WARP 32
#define HALE_CUDA_WARPS (HALE_CUDA_BLOCK / HALE_CUDA_WARP)

// A block's array. A macro, so that the tests' machine can give it memory of its own.
#ifndef HALE_SHARED
#define HALE_SHARED(type, name, extent) __shared__ type name[extent]
#endif

__device__ inline int64_t hale_thread() {
  return static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
}

__device__ inline int64_t hale_threads() { return static_cast<int64_t>(gridDim.x) * blockDim.x; }

// A result, in the element type of where it goes.
__device__ inline void hale_put(float* to, float value) { *to = value; }
__device__ inline void hale_put(uint16_t* to, float value) { *to = hale_to_bfloat16(value); }

// Two bfloat16 in one word; one instruction, where there is one.
__device__ inline uint32_t hale_to_bfloat16_pair(float low, float high) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  uint32_t pair;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(high), "f"(low));
  return pair;
#else
  return hale_to_bfloat16(low) | static_cast<uint32_t>(hale_to_bfloat16(high)) << 16;
#endif
}

// The sum over the block, in every thread. All threads must call it; `parts` has a place for each
// warp and may be used again after the next barrier.
template <typename T>
__device__ T hale_block_sum(T value, T* parts) {
  for (int apart = HALE_CUDA_WARP / 2; apart > 0; apart /= 2) {
    value = value + __shfl_xor_sync(0xFFFFFFFFu, value, apart);
  }
  const unsigned warps = (blockDim.x + HALE_CUDA_WARP - 1) / HALE_CUDA_WARP;
  if (threadIdx.x % HALE_CUDA_WARP == 0) parts[threadIdx.x / HALE_CUDA_WARP] = value;
  __syncthreads();
  T sum = parts[0];
  for (unsigned warp = 1; warp < warps; ++warp) sum = sum + parts[warp];
  return sum;
}

// The greatest over the warp, in every lane.
template <typename T>
__device__ T hale_warp_max(T value) {
  for (int apart = HALE_CUDA_WARP / 2; apart > 0; apart /= 2) {
    const T other = __shfl_xor_sync(0xFFFFFFFFu, value, apart);
    value = other > value ? other : value;
  }
  return value;
}

#endif  // HALE_CUDA_CUH_
