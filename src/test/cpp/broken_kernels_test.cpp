// Kernels that are wrong on purpose, one for each argument. The test passes if what is expected to
// catch each of them says so: see CMakeLists.txt.
#include <cstring>
#include <vector>

#include "check.h"
#include "cuda_on_cpu.h"
#include "hale_cuda.cuh"

namespace {

using cuda_on_cpu::launch;
using cuda_on_cpu::Order;

// Turns 64 numbers around through shared memory.
template <bool kWaits>
__global__ void turn_around(const float* from, float* to) {
  HALE_SHARED(float, own, 64);
  own[threadIdx.x] = from[threadIdx.x];
  if (kWaits) __syncthreads();
  to[threadIdx.x] = own[63 - threadIdx.x];
}

__global__ void store_too_far(const float* from, float* to, int64_t size) {
  if (hale_thread() <= size) to[hale_thread()] = from[0];
}

__global__ void store_too_far_in_shared(float* to) {
  HALE_SHARED(float, own, 64);
  own[threadIdx.x + 1] = 1;
  __syncthreads();
  to[threadIdx.x] = own[threadIdx.x];
}

__global__ void wait_in_two_places(float* to) {
  if (threadIdx.x < 32) {
    __syncthreads();
  } else {
    __syncthreads();
  }
  to[threadIdx.x] = 1;
}

__global__ void wait_for_those_who_left(float* to) {
  if (threadIdx.x == 40) return;
  __syncthreads();
  to[threadIdx.x] = 1;
}

__global__ void shuffle_with_some(float* to) {
  if (threadIdx.x % 32 < 16) to[threadIdx.x] = __shfl_xor_sync(0xFFFFFFFFu, 1.0f, 1);
  __syncthreads();
}

__global__ void add_up_between_blocks(float* to) {
  if (threadIdx.x == 0) to[0] += 1;
}

int run(const char* which) {
  std::vector<float> from(64), to(64);
  for (int i = 0; i < 64; ++i) from[i] = static_cast<float>(i);
  const auto is = [=](const char* name) { return std::strcmp(which, name) == 0; };
  for (Order order : {Order::kForward, Order::kBackward, Order::kShuffled}) {
    if (is("barrier_there") || is("missing_barrier")) {
      launch(1, 64, order, is("barrier_there") ? turn_around<true> : turn_around<false>,
             from.data(), to.data());
      for (int i = 0; i < 64; ++i) CHECK(to[i] == from[63 - i], "wrong result: number %d", i);
    }
    if (is("store_out_of_bounds")) {
      launch(2, 64, order, store_too_far, from.data(), to.data(), int64_t{64});
    }
    if (is("shared_store_out_of_bounds")) {
      launch(1, 64, order, store_too_far_in_shared, to.data());
    }
    if (is("divergent_barrier")) launch(1, 64, order, wait_in_two_places, to.data());
    if (is("deserted_barrier")) launch(1, 64, order, wait_for_those_who_left, to.data());
    if (is("divergent_shuffle")) launch(1, 64, order, shuffle_with_some, to.data());
    if (is("race_between_blocks")) launch(2, 32, order, add_up_between_blocks, to.data());
  }
  return 0;
}

}  // namespace

int main(int, char** arguments) {
  try {
    run(arguments[1]);
  } catch (const cuda_on_cpu::Error& e) {
    std::fprintf(stderr, "caught: %s\n", e.what());
    return 1;
  }
  return failures;
}
