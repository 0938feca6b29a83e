// The CUDA kernels' own code, run on the CPU in three orders of threads against double precision:
// the same cases as the CPU's kernels. The argument is how many of each.
#define HALE_CUDA_BLOCK 64  // two warps: barriers matter, and there are few threads to emulate
#include <cstdlib>

#include "check.h"
#include "cuda_on_cpu.h"
// The machine comes first: it gives CUDA's words their meaning.
#include "attribution.cuh"
#include "attribution_case.h"
#include "attribution_map.cuh"
#include "group_norm.cuh"
#include "group_norm_backward.cuh"
#include "histogram.cuh"
#include "maps_case.h"
#include "norm_backward_case.h"
#include "norm_case.h"

namespace {

using cuda_on_cpu::launch;
using cuda_on_cpu::Order;

constexpr unsigned kBlock = HALE_CUDA_BLOCK;

int norms_equal_their_twin(unsigned cases, Order order) {
  int packed = 0, whole = 0, parts = 0;
  for (unsigned seed = 0, done = 0; done < cases; ++seed) {
    NormCase test(seed);
    hale_group_norm norm = test.norm;
    std::vector<char> workspace(hale_cuda_group_norm_workspace(norm), 0x7F);
    norm.workspace = workspace.data();
    const bool few_pixels = norm.size[2] * norm.size[3] <= 2;
    if (norm.size[0] * norm.size[1] > (cases < 10 ? 8 : 40) && !few_pixels) continue;  // long
    ++done;
    for (hale_norm_walk best : {HALE_NORM_STRIDED, HALE_NORM_PACKED, HALE_NORM_WHOLE}) {
      const hale_group_norm_plan plan = hale_plan_group_norm(norm, best);
      test.reset();
      std::fill(workspace.begin(), workspace.end(), 0x7F);
      if (plan.whole_grid > 0) {
        launch(plan.whole_grid, kBlock, order, plan.whole, norm);
      } else {
        launch(plan.moments_grid, kBlock, order, plan.moments, norm, plan.moments_cut);
        launch(plan.settle_grid, kBlock, order, plan.settle, norm, plan.moments_cut);
        launch(plan.apply_grid, kBlock, order, plan.apply, norm, plan.moments_cut, plan.apply_cut);
      }
      const std::string error = test.verify();
      CHECK(error.empty(), "norm, seed %u, order %d: %s", seed, static_cast<int>(order),
            error.c_str());
      packed += best == HALE_NORM_PACKED && hale_channels_pack(norm, norm.x);
      whole += plan.whole_grid > 0;
      parts += plan.whole_grid == 0 && plan.moments_cut.parts > 1;
    }
  }
  CHECK(cases < 50 || (packed > 2 && whole > 2 && parts > 2),
        "all walks must be among the cases: %d, %d; several parts: %d", packed, whole, parts);
  return 0;
}

int norms_backward_equal_their_twin(unsigned cases, Order order) {
  int packed = 0;
  for (unsigned seed = 0, done = 0; done < cases; ++seed) {
    NormBackwardCase test(seed);
    hale_group_norm_backward backward = test.backward;
    const hale_group_norm& norm = backward.norm;
    std::vector<char> workspace(hale_cuda_group_norm_workspace(norm), 0x7F);
    std::vector<char> further(hale_cuda_group_norm_backward_workspace(norm), 0x7F);
    backward.norm.workspace = workspace.data(), backward.workspace = further.data();
    if (norm.size[0] * norm.size[1] > (cases < 10 ? 8 : 40)) continue;  // a block for each: long
    ++done;
    for (hale_norm_walk best : {HALE_NORM_STRIDED, HALE_NORM_PACKED}) {
      const hale_group_norm_backward_plan plan = hale_plan_group_norm_backward(backward, best);
      const hale_cut cut = plan.forward.moments_cut;
      test.reset();
      std::fill(workspace.begin(), workspace.end(), 0x7F);
      std::fill(further.begin(), further.end(), 0x7F);
      launch(plan.forward.moments_grid, kBlock, order, plan.forward.moments, norm, cut);
      launch(plan.forward.settle_grid, kBlock, order, plan.forward.settle, norm, cut);
      launch(plan.slopes_grid, kBlock, order, plan.slopes, backward, cut);
      launch(plan.forward.settle_grid, kBlock, order, plan.settle, backward, cut);
      launch(plan.apply_grid, kBlock, order, plan.apply, backward, cut, plan.apply_cut);
      const std::string error = test.verify();
      CHECK(error.empty(), "norm backward, seed %u, order %d: %s", seed, static_cast<int>(order),
            error.c_str());
      packed += best == HALE_NORM_PACKED && hale_channels_pack(norm, norm.x) &&
                hale_channels_pack(norm, backward.by_y);
    }
  }
  CHECK(cases < 50 || packed > 2, "packs must be among the cases: %d", packed);
  return 0;
}

int attributions_equal_their_twin(unsigned cases, Order order) {
  int flat = 0;
  for (unsigned seed = 0; seed < cases; ++seed) {
    PathCase path(seed);
    AccumulationCase accumulation(seed);
    ConstraintCase constraint(seed);
    AttributionMapCase map(seed);
    const bool flats[3] = {hale_is_flat(path.path), hale_is_flat(accumulation.accumulation),
                           hale_is_flat(constraint.constraint)};
    for (bool f : flats) flat += f;
    path.reset();
    launch(2, kBlock, order, flats[0] ? hale_path_points_flat : hale_path_points_strided,
           path.path);
    std::string error = path.verify();
    CHECK(error.empty(), "path, seed %u: %s", seed, error.c_str());

    accumulation.reset();
    launch(2, kBlock, order, flats[1] ? hale_accumulate_flat : hale_accumulate_strided,
           accumulation.accumulation);
    error = accumulation.verify();
    CHECK(error.empty(), "accumulation, seed %u: %s", seed, error.c_str());

    const hale_constraint& c = constraint.constraint;
    const int64_t blocks = hale_constraint_blocks(c);
    std::vector<double> workspace(hale_cuda_constraint_workspace(c) / sizeof(double));
    hale_constraint on_device = c;
    on_device.workspace = workspace.data();
    const unsigned grid = static_cast<unsigned>(c.size[0] * blocks);
    constraint.reset();
    launch(grid, kBlock, order,
           flats[2] ? hale_constraint_count_flat : hale_constraint_count_strided, on_device,
           blocks);
    launch(grid, kBlock, order, flats[2] ? hale_constraint_cost_flat : hale_constraint_cost_strided,
           on_device, blocks);
    launch(1, kBlock, order, hale_constraint_means, on_device, blocks);
    error = constraint.verify();
    CHECK(error.empty(), "constraint, seed %u: %s", seed, error.c_str());

    map.reset();
    launch(2, kBlock, order, hale_map_sums, map.map);
    launch(2, kBlock, order, hale_map_along, map.map);
    launch(2, kBlock, order, hale_map_across, map.map);
    if (map.map.normalise) launch(2, kBlock, order, hale_map_normalise, map.map);
    error = map.verify();
    CHECK(error.empty(), "map, seed %u: %s", seed, error.c_str());
  }
  CHECK(cases < 50 || flat > 5, "flat walks must be among the cases: %d", flat);
  return 0;
}

int maps_equal_their_twin(unsigned cases, Order order) {
  for (unsigned seed = 0; seed < cases; ++seed) {
    MapsCase test(seed);
    const hale_maps& maps = test.maps;
    const int64_t blocks = 2, n = maps.size[0], bins = MapsCase::kBins;
    const unsigned grid = static_cast<unsigned>(n * blocks);
    int64_t* const counts = reinterpret_cast<int64_t*>(test.workspace.data());
    hale_selection* const found = reinterpret_cast<hale_selection*>(counts + n * HALE_DIGITS);
    test.reset();
    launch(1, kBlock, order, hale_map_begin_ranges, test.ranges.data(), n);
    launch(grid, kBlock, order, hale_map_range, maps, test.ranges.data(), blocks);
    launch(1, kBlock, order, hale_map_begin_counts, test.counts.data(), n * bins);
    launch(grid, kBlock, order, hale_map_bins, maps, test.ranges.data(), bins, test.counts.data(),
           blocks);
    launch(1, kBlock, order, hale_map_begin_counts, counts, n * HALE_DIGITS);
    launch(1, kBlock, order, hale_map_begin_selection, found, test.ranks.data(), n);
    for (int pass = 0; pass < HALE_DIGIT_PASSES; ++pass) {
      launch(grid, kBlock, order, hale_map_digits, maps, found, pass, counts, blocks);
      launch(static_cast<unsigned>(n), kBlock, order, hale_map_choose, counts, found,
             test.selected.data(), pass);
    }
    launch(2, kBlock, order, hale_map_mark, maps, test.thresholds.data(), test.out);
    const std::string error = test.verify();
    CHECK(error.empty(), "maps, seed %u, order %d: %s", seed, static_cast<int>(order),
          error.c_str());
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  const unsigned cases = count > 1 ? static_cast<unsigned>(std::atoi(arguments[1])) : 60;
  for (Order order : {Order::kForward, Order::kBackward, Order::kShuffled}) {
    norms_equal_their_twin(cases, order);
    norms_backward_equal_their_twin(cases, order);
    attributions_equal_their_twin(cases, order);
    maps_equal_their_twin(cases, order);
  }
  return failures;
}
