// A machine that runs CUDA kernels on one CPU thread. Every CUDA thread of a block is a fiber; a
// barrier or a warp's exchange suspends it until the others have come. Blocks run one after
// another. What a GPU leaves undefined is an error here: a barrier that not all threads of a block
// reach, or reach at different places; lanes outside their mask. Shared memory begins as NaN.
//
// Under the thread sanitizer each CUDA thread is a thread to it, ordered with others by barriers
// and exchanges alone: a missing one is a data race, whatever the values come to. Blocks are
// ordered with one another only by the end of the launch.
//
// What it is not: GPU arithmetic, which fuses and rounds elsewhere. It has no streams, textures,
// tensor cores or cooperative groups.
#ifndef HALE_TEST_CUDA_MACHINE_H_
#define HALE_TEST_CUDA_MACHINE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <stdexcept>

struct uint3 {
  unsigned x, y, z;
};

namespace cuda_on_cpu {

struct Error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

enum class Order { kForward, kBackward, kShuffled };  // in which the threads of a block are resumed

// Runs `kernel` on grid x block threads; throws Error where a GPU would hang or worse.
void run(unsigned grid, unsigned block, Order order, const std::function<void()>& kernel);

// Of the running thread:
uint3 thread_index();
uint3 block_index();
uint3 block_size();
uint3 grid_size();

struct Place {
  const char* file;
  int line;
};

// Waits for all threads of the block.
void barrier(Place place);

// What the lanes of `mask` gave; an exchange of another kind may not meet this one. Lanes that have
// returned, or do not exist, give all ones: NaN, whatever they are read as.
struct Given {
  uint64_t by_lane[32];
};
Given exchange(unsigned mask, uint64_t value, const char* kind, Place place);

// The block's own memory for the declaration at `place`.
void* shared(Place place, size_t bytes);

}  // namespace cuda_on_cpu

#endif  // HALE_TEST_CUDA_MACHINE_H_
