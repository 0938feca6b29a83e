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

// Planes go in packs of 4 only if those of the gate lie adjacent and aligned, too.
int a_gate_has_its_say_in_the_walk() {
  alignas(16) static float numbers[8 * 8 * 4];  // whose values nobody reads
  hale_step step = {{1, 4, 8, 8}, {}, {}, {}, {}, {}, {}, {}, {}};
  const hale_tensor planar = {numbers, {256, 64, 8, 1}}, last = {numbers, {256, 1, 32, 4}};
  const auto walk_of = [&](const hale_tensor& images, const hale_tensor& gate) {
    step.x = step.output = step.next = step.outside = images;
    step.gate = gate;
    return hale_choose_walk(step);
  };
  const hale_tensor packs = {numbers, {64, 1, 8, 1}}, turned = {numbers, {64, 64, 1, 8}};
  const hale_tensor unaligned = {numbers + 1, {64, 64, 8, 1}}, gaps = {numbers, {90, 90, 9, 1}};
  CHECK(walk_of(planar, packs) == HALE_WALK_PLANAR, "its stride along channels does not count");
  for (const hale_tensor& gate : {turned, unaligned, gaps}) {
    CHECK(walk_of(planar, gate) == HALE_WALK_STRIDED, "not in packs");
    CHECK(walk_of(last, gate) == HALE_WALK_CHANNELS_LAST, "read by single pixels");
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  const unsigned cases = count > 1 ? static_cast<unsigned>(std::atoi(arguments[1])) : 600;
  a_gate_has_its_say_in_the_walk();
  int seen[2][3] = {};
  walks_equal_their_twin(seen, cases);
  for (int composes : {0, 1}) {
    const int* walks = seen[composes];
    std::printf("walks checked%s: strided %d, planar %d, channels-last %d\n",
                composes ? ", composed" : "", walks[0], walks[1], walks[2]);
    CHECK(cases < 600 || (walks[0] > 5 && walks[1] > 5 && walks[2] > 5),
          "every walk must be among the cases");
  }
  return failures;
}
