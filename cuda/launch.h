// How kernels are launched, by whoever launches them: nvcc's programs by their address, hale's
// library by their name in a module that was compiled at run time. Both go through the same plans,
// the *_launch.h files: which kernels, how many blocks, which arguments.
//
// A plan is a template over a launcher, to be called with a kernel, the number of blocks and the
// kernel's arguments. In a plan a kernel is written HALE_KERNEL(name); launchers that know kernels
// by name define that word themselves.
#ifndef HALE_CUDA_LAUNCH_H_
#define HALE_CUDA_LAUNCH_H_

#include "hale.h"

#ifndef HALE_CUDA_BLOCK  // threads; the tests run smaller ones
#define HALE_CUDA_BLOCK 256
#endif

#ifndef __CUDACC_RTC__

#ifndef HALE_KERNEL
#define HALE_KERNEL(name) (&name)
#endif

inline unsigned hale_cuda_grid(int64_t threads) {
  const int64_t blocks = (threads + HALE_CUDA_BLOCK - 1) / HALE_CUDA_BLOCK;
  return static_cast<unsigned>(blocks < 1 ? 1 : blocks < (1 << 16) ? blocks : (1 << 16));
}

#ifdef __CUDACC__
// Queues kernels on a stream.
struct hale_cuda_launcher {
  cudaStream_t stream;

  template <typename... Parameters, typename... Arguments>
  void operator()(void (*kernel)(Parameters...), unsigned grid, Arguments... arguments) const {
    kernel<<<grid, HALE_CUDA_BLOCK, 0, stream>>>(arguments...);
  }
};
#endif  // __CUDACC__

#endif  // __CUDACC_RTC__

#endif  // HALE_CUDA_LAUNCH_H_
