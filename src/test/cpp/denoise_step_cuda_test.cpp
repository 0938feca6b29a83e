// The CUDA kernels' own code, run on the CPU against double precision: each walk that a case
// allows, with fewer threads than items (so that the grid-stride loop turns) and with more.
#include <cstdlib>

#include "check.h"
#include "cuda_on_cpu.h"
// The shim comes first: it gives CUDA's words their meaning.
#include "denoise_step.cuh"
#include "step_case.h"

namespace {

using cuda_on_cpu::launch;
using cuda_on_cpu::Order;
using Kernel = void(hale_step, hale_step_coefficients);

Kernel* kernel_of(hale_step_walk walk) {
  switch (walk) {
    case HALE_WALK_PLANAR:
      return hale_denoise_step_planar;
    case HALE_WALK_CHANNELS_LAST:
      return hale_denoise_step_channels_last;
    default:
      return hale_denoise_step_strided;
  }
}

int walks_equal_their_twin(int* seen, unsigned cases) {
  for (unsigned seed = 0; seed < cases; ++seed) {
    StepCase test(seed);
    const hale_step_walk best = hale_choose_walk(test.step);
    ++seen[best];
    for (hale_step_walk walk : {HALE_WALK_STRIDED, best}) {
      const int64_t items = hale_walk_items(test.step, walk);
      // Many threads are slow to emulate: large cases get too few for their items.
      const unsigned blocks = static_cast<unsigned>(items / 32 + 2);
      const Order order = static_cast<Order>(seed % 3);
      for (unsigned grid : {1u, blocks < 8 ? blocks : 8u}) {
        test.reset();
        launch(grid, 32, order, kernel_of(walk), test.step, test.k);
        const std::string error = test.verify();
        CHECK(error.empty(), "walk %d, grid %u, seed %u: %s", walk, grid, seed, error.c_str());
      }
    }
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  const unsigned cases = count > 1 ? static_cast<unsigned>(std::atoi(arguments[1])) : 400;
  int seen[3] = {0, 0, 0};
  walks_equal_their_twin(seen, cases);
  std::printf("walks checked: strided %d, planar %d, channels-last %d\n", seen[0], seen[1],
              seen[2]);
  CHECK(cases < 400 || (seen[0] > 5 && seen[1] > 5 && seen[2] > 5),
        "every walk must be among the cases");
  return failures;
}
