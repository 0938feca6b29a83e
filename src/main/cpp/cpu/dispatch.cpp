// Picks, at run time, the instruction set that the CPU kernels use: the best that both this build
// and this processor have. A jar built on one machine thus runs on another, at its full speed.
#include <atomic>
#include <cstring>

#include "denoise_step.h"
#include "group_norm.h"

namespace {

struct Isa {
  const char* name;
  bool (*available)();
  hale::DenoiseStep* denoise_step;
  hale::NormaliseGroups* normalise_groups;
};

#define HALE_KERNELS(isa) hale::isa::denoise_step, hale::isa::normalise_groups

// Best first; the last one is always available.
constexpr Isa kIsas[] = {
#ifdef __x86_64__
    {"avx512", [] { return __builtin_cpu_supports("avx512f") != 0; }, HALE_KERNELS(avx512)},
    {"avx2", [] { return __builtin_cpu_supports("avx2") != 0; }, HALE_KERNELS(avx2)},
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
  const int64_t moments = hale::group_norm_parts(*norm) * 2 * sizeof(double);
  return norm->size[0] * norm->size[1] * (moments + 3 * static_cast<int64_t>(sizeof(float)));
}

void hale_normalise_groups(const hale_group_norm* norm, int threads) {
  current().normalise_groups(*norm, threads);
}

const char* hale_isa(void) { return current().name; }

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
