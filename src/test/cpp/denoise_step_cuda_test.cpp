// The CUDA kernels' own code, run on the CPU against double precision: each walk that a case
// allows, with fewer threads than items (so that the grid-stride loop turns) and with more.
#include "check.h"
#include "cuda_on_cpu.h"
// The shim comes first: it gives CUDA's words their meaning.
#include "denoise_step.cuh"
#include "step_case.h"

namespace {

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

int walks_equal_their_twin(int* seen) {
  for (unsigned seed = 0; seed < 400; ++seed) {
    StepCase test(seed);
    const hale_step_walk best = hale_choose_walk(test.step);
    ++seen[best];
    for (hale_step_walk walk : {HALE_WALK_STRIDED, best}) {
      const int64_t items = hale_walk_items(test.step, walk);
      for (unsigned grid : {1u, static_cast<unsigned>(items / 32 + 2)}) {
        test.reset();
        launch(grid, 32, grid == 1, kernel_of(walk), test.step, test.k);
        const std::string error = test.verify();
        CHECK(error.empty(), "walk %d, grid %u, seed %u: %s", walk, grid, seed, error.c_str());
      }
    }
  }
  return 0;
}

}  // namespace

int main() {
  int seen[3] = {0, 0, 0};
  walks_equal_their_twin(seen);
  std::printf("walks checked: strided %d, planar %d, channels-last %d\n", seen[0], seen[1],
              seen[2]);
  CHECK(seen[0] > 5 && seen[1] > 5 && seen[2] > 5, "every walk must be among the cases");
  return failures;
}
