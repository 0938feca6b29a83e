// CUDA C++ for the machine of cuda_machine.h: the words, types and functions that hale's kernels
// use, and no others. Included before a .cuh file, it lets that file's kernels run on the CPU.
#ifndef HALE_TEST_CUDA_ON_CPU_H_
#define HALE_TEST_CUDA_ON_CPU_H_

#include <cmath>
#include <cstdint>
#include <cstring>

#include "cuda_machine.h"

#define __global__
#define __device__
#define __launch_bounds__(...)
#define threadIdx (cuda_on_cpu::thread_index())
#define blockIdx (cuda_on_cpu::block_index())
#define blockDim (cuda_on_cpu::block_size())
#define gridDim (cuda_on_cpu::grid_size())

// See hale_cuda.cuh.
#define HALE_SHARED(type, name, extent)       \
  auto& name = *static_cast<type(*)[extent]>( \
      cuda_on_cpu::shared({__FILE__, __LINE__}, sizeof(type) * static_cast<size_t>(extent)))

// Wide accesses must be aligned on a GPU: the undefined-behaviour sanitizer sees when they are
// not.
struct alignas(16) float4 {
  float x, y, z, w;
};
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
struct alignas(8) uint2 {
  unsigned x, y;
};
struct alignas(16) uint4 {
  unsigned x, y, z, w;
};

namespace cuda_on_cpu {

template <typename T>
uint64_t bits_of(T value) {
  static_assert(sizeof(T) <= 8, "registers");
  uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof value);
  return bits;
}

template <typename T>
T value_of(uint64_t bits) {
  T value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

// Atomics are real ones, so that the thread sanitizer knows them.
template <typename T, typename Change>
T change(T* address, Change with) {
  T old, next;
  __atomic_load(address, &old, __ATOMIC_RELAXED);
  do {
    next = with(old);
  } while (
      !__atomic_compare_exchange(address, &old, &next, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
  return old;
}

// As on a GPU, all threads of the block run the kernel; its arguments are copied.
template <typename... Parameters, typename... Arguments>
void launch(unsigned grid, unsigned block, Order order, void (*kernel)(Parameters...),
            Arguments... arguments) {
  run(grid, block, order, [=] { kernel(arguments...); });
}

}  // namespace cuda_on_cpu

inline void __syncthreads(int line = __builtin_LINE(), const char* file = __builtin_FILE()) {
  cuda_on_cpu::barrier({file, line});
}

inline void __syncwarp(unsigned mask = ~0u, int line = __builtin_LINE(),
                       const char* file = __builtin_FILE()) {
  cuda_on_cpu::exchange(mask, 0, "syncwarp", {file, line});
}

template <typename T>
T __shfl_xor_sync(unsigned mask, T value, int with, int line = __builtin_LINE(),
                  const char* file = __builtin_FILE()) {
  const int lane = static_cast<int>(threadIdx.x % 32);
  return cuda_on_cpu::value_of<T>(
      cuda_on_cpu::exchange(mask, cuda_on_cpu::bits_of(value), "shuffle", {file, line})
          .by_lane[lane ^ with]);
}

template <typename T>
T atomicAdd(T* address, T value) {
  return cuda_on_cpu::change(address, [=](T old) -> T { return old + value; });
}

template <typename T>
T atomicMax(T* address, T value) {
  return cuda_on_cpu::change(address, [=](T old) -> T { return old > value ? old : value; });
}

template <typename T>
T atomicMin(T* address, T value) {
  return cuda_on_cpu::change(address, [=](T old) -> T { return old < value ? old : value; });
}

inline unsigned __float_as_uint(float value) {
  return cuda_on_cpu::value_of<unsigned>(cuda_on_cpu::bits_of(value));
}
inline int __float_as_int(float value) {
  return cuda_on_cpu::value_of<int>(cuda_on_cpu::bits_of(value));
}
inline float __uint_as_float(unsigned bits) { return cuda_on_cpu::value_of<float>(bits); }

#endif  // HALE_TEST_CUDA_ON_CPU_H_
