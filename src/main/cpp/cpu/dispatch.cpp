// Picks, at run time, the instruction set that the CPU kernels use: the best that both this build
// and this processor have. A jar built on one machine thus runs on another, at its full speed.
#include <atomic>
#include <cstring>

#include "../attribution_formula.h"
#include "../group_norm_formula.h"
#include "../histogram_formula.h"
#include "attribution.h"
#include "denoise_step.h"
#include "group_norm.h"
#include "histogram.h"

namespace {

struct Isa {
  const char* name;
  bool (*available)();
  hale::DenoiseStep* denoise_step;
  hale::NormaliseGroups* normalise_groups;
  hale::NormaliseGroupsBackward* normalise_groups_backward;
  hale::PathPoints* path_points;
  hale::Accumulate* accumulate;
  hale::ConstraintWorkspace* constraint_workspace;
  hale::Constrain* constrain;
  hale::MapAttribution* map_attribution;
  hale::MapRanges* map_ranges;
  hale::MapHistograms* map_histograms;
  hale::MapSelect* map_select;
  hale::MapThreshold* map_threshold;
};

#define HALE_KERNELS(isa)                                                                     \
  hale::isa::denoise_step, hale::isa::normalise_groups, hale::isa::normalise_groups_backward, \
      hale::isa::path_points, hale::isa::accumulate, hale::isa::constraint_workspace,         \
      hale::isa::constrain, hale::isa::map_attribution, hale::isa::map_ranges,                \
      hale::isa::map_histograms, hale::isa::map_select, hale::isa::map_threshold

// Best first; the last one is always available.
constexpr Isa kIsas[] = {
#ifdef __x86_64__
    {"avx512", [] { return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("fma"); },
     HALE_KERNELS(avx512)},
    {"avx2", [] { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); },
     HALE_KERNELS(avx2)},
#endif
    {"baseline", [] { return true; }, HALE_KERNELS(baseline)},
};

std::atomic<const Isa*> forced{nullptr};

const Isa& best() {
  for (const Isa& isa : kIsas) {
    if (isa.available()) return isa;
  }
  __builtin_unreachable();
}

const Isa& current() {
  static const Isa& found = best();
  const Isa* const chosen = forced.load(std::memory_order_relaxed);
  return chosen != nullptr ? *chosen : found;
}

}  // namespace

void hale_denoise_step(const hale_step* step, const hale_step_coefficients* coefficients,
                       int threads) {
  current().denoise_step(*step, *coefficients, threads);
}

int64_t hale_group_norm_workspace(const hale_group_norm* norm) {
  const int64_t moments = hale_group_norm_parts(*norm) * 2 * sizeof(double);
  return norm->size[0] * norm->size[1] * (moments + 3 * static_cast<int64_t>(sizeof(float)));
}

void hale_normalise_groups(const hale_group_norm* norm, int threads) {
  current().normalise_groups(*norm, threads);
}

int64_t hale_group_norm_backward_workspace(const hale_group_norm* norm) {
  const int64_t slopes = hale_group_norm_parts(*norm) * static_cast<int64_t>(sizeof(hale_slopes));
  return norm->size[0] * norm->size[1] * (slopes + 2 * static_cast<int64_t>(sizeof(float)));
}

void hale_normalise_groups_backward(const hale_group_norm_backward* backward, int threads) {
  current().normalise_groups_backward(*backward, threads);
}

void hale_path_points(const hale_path* path, int threads) { current().path_points(*path, threads); }

void hale_accumulate(const hale_accumulation* accumulation, int threads) {
  current().accumulate(*accumulation, threads);
}

int64_t hale_constraint_workspace(const hale_constraint* constraint) {
  return current().constraint_workspace(*constraint);
}

void hale_constrain(const hale_constraint* constraint, int threads) {
  current().constrain(*constraint, threads);
}

// Three planes and a number for each row of each image, and the weights of the blur.
int64_t hale_attribution_map_workspace(const hale_attribution_map* map) {
  const int64_t image = map->size[2] * (3 * map->size[3] + 1);
  const int64_t floats = map->size[0] * image + hale_blur_radius(map->sigma) + 1;
  return floats * static_cast<int64_t>(sizeof(float));
}

void hale_map_attribution(const hale_attribution_map* map, int threads) {
  current().map_attribution(*map, threads);
}

void hale_map_ranges(const hale_maps* maps, hale_range* ranges, int threads) {
  current().map_ranges(*maps, ranges, threads);
}

void hale_map_histograms(const hale_maps* maps, const hale_range* ranges, int64_t bins,
                         int64_t* counts, int threads) {
  current().map_histograms(*maps, ranges, bins, counts, threads);
}

int64_t hale_map_select_workspace(const hale_maps* maps) {
  return maps->size[0] *
         static_cast<int64_t>(HALE_DIGITS * sizeof(int64_t) + sizeof(hale_selection));
}

void hale_map_select(const hale_maps* maps, const int64_t* ranks, float* values, void* workspace,
                     int threads) {
  current().map_select(*maps, ranks, values, workspace, threads);
}

void hale_map_threshold(const hale_maps* maps, const double* thresholds, const hale_bytes* out,
                        int threads) {
  current().map_threshold(*maps, thresholds, *out, threads);
}

const char* hale_isa(void) { return current().name; }

int hale_has_bf16(void) {
#ifdef __x86_64__
  return __builtin_cpu_supports("avx512bf16") != 0;
#else
  return 0;
#endif
}

int hale_force_isa(const char* name) {
  if (name == nullptr) {
    forced = nullptr;
    return 0;
  }
  for (const Isa& isa : kIsas) {
    if (std::strcmp(isa.name, name) == 0 && isa.available()) {
      forced = &isa;
      return 0;
    }
  }
  return -1;
}
