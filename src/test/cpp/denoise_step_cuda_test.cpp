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

Kernel* kernel_of(hale_step_walk walk, bool composes) {
  switch (walk) {
    case HALE_WALK_PLANAR:
      return composes ? hale_denoise_step_composed_planar : hale_denoise_step_planar;
    case HALE_WALK_CHANNELS_LAST:
      return composes ? hale_denoise_step_composed_channels_last : hale_denoise_step_channels_last;
    default:
      return composes ? hale_denoise_step_composed_strided : hale_denoise_step_strided;
  }
}

int walks_equal_their_twin(int (*seen)[3], unsigned cases) {
  for (unsigned seed = 0; seed < cases; ++seed) {
    StepCase test(seed);
    const hale_step_walk best = hale_choose_walk(test.step);
    const bool composes = test.step.gate.data != nullptr;
    ++seen[composes][best];
    for (hale_step_walk walk : {HALE_WALK_STRIDED, best}) {
      const int64_t items = hale_walk_items(test.step, walk);
      // Many threads are slow to emulate: large cases get too few for their items.
      const unsigned blocks = static_cast<unsigned>(items / 32 + 2);
      const Order order = static_cast<Order>(seed % 3);
      for (unsigned grid : {1u, blocks < 8 ? blocks : 8u}) {
        test.reset();
        launch(grid, 32, order, kernel_of(walk, composes), test.step, test.k);
        const std::string error = test.verify();
        CHECK(error.empty(), "walk %d, grid %u, seed %u: %s", walk, grid, seed, error.c_str());
      }
    }
    const std::string ends = test.verify_ends([&](const hale_step& step) {
      launch(2, 32, static_cast<Order>(seed % 3), kernel_of(best, step.gate.data != nullptr), step,
             test.k);
    });
    CHECK(ends.empty(), "walk %d, seed %u: %s", best, seed, ends.c_str());
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  const unsigned cases = count > 1 ? static_cast<unsigned>(std::atoi(arguments[1])) : 400;
  int seen[2][3] = {};
  walks_equal_their_twin(seen, cases);
  for (int composes : {0, 1}) {
    const int* walks = seen[composes];
    std::printf("walks checked%s: strided %d, planar %d, channels-last %d\n",
                composes ? ", composed" : "", walks[0], walks[1], walks[2]);
    CHECK(cases < 400 || (walks[0] > 5 && walks[1] > 5 && walks[2] > 5),
          "every walk must be among the cases");
  }
  return failures;
}
