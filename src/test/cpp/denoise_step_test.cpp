// The CPU's denoising step, with every instruction set of this processor and several numbers of
// threads, against double precision.
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "check.h"
#include "denoise_formula.h"
#include "step_case.h"

namespace {

int steps_equal_their_twin(const char* isa, unsigned cases) {
  for (unsigned seed = 0; seed < cases; ++seed) {
    StepCase test(seed);
    for (int threads : {1, 3}) {
      test.reset();
      hale_denoise_step(&test.step, &test.k, threads);
      const std::string error = test.verify();
      CHECK(error.empty(), "%s, seed %u, %d threads: %s", isa, seed, threads, error.c_str());
    }
  }
  return 0;
}

int empty_steps_touch_nothing() {
  for (int axis = 0; axis < 4; ++axis) {
    hale_step step = {};  // null pointers: touching anything is a crash
    for (int64_t& size : step.size) size = 3;
    step.size[axis] = 0;
    hale_step_coefficients k = {};
    hale_denoise_step(&step, &k, 2);
  }
  return 0;
}

int exponential_is_within_2_ulp() {
  for (double x = -86.5; x < 86.5; x += 1.7e-4) {
    const float rounded = static_cast<float>(x);
    const double want = std::exp(static_cast<double>(rounded));
    const double ulp = std::ldexp(1.0, std::ilogb(want) - 23);
    CHECK(std::fabs(hale_exp(rounded) - want) <= 2 * ulp, "exp(%.9g)", rounded);
  }
  CHECK(hale_exp(-1e30f) > 0 && hale_exp(-1e30f) < 2e-38f, "saturates below");
  CHECK(hale_exp(1e30f) > 6e37f && std::isfinite(hale_exp(1e30f)), "saturates above");
  CHECK(std::isnan(hale_exp(NAN)), "NaN stays NaN");
  return 0;
}

int nan_of_a_variance_shows() {
  constexpr int64_t kPixels = 64, kBad = 37;
  std::vector<float> x(kPixels, 0.5f), output(2 * kPixels, 0.25f), noise(kPixels, 1.0f);
  std::vector<float> next(kPixels);
  output[kPixels + kBad] = NAN;
  const auto tensor = [](std::vector<float>& of) {
    const int64_t size = static_cast<int64_t>(of.size());
    return hale_tensor{of.data(), {size, kPixels, kPixels, 1}};
  };
  hale_step step = {};
  step.size[0] = step.size[1] = step.size[2] = 1, step.size[3] = kPixels;
  step.x = tensor(x), step.output = tensor(output), step.noise = tensor(noise);
  step.next = tensor(next);
  hale_step_coefficients k = {};
  k.learned_variance = 1, k.noise_scale = 1, k.max_log_variance = -1, k.min_log_variance = -3;
  for (const char* isa : {"baseline", "avx2", "avx512"}) {
    if (hale_force_isa(isa) != 0) continue;
    hale_denoise_step(&step, &k, 1);
    for (int64_t i = 0; i < kPixels; ++i) {
      CHECK(std::isnan(next[i]) == (i == kBad), "%s, pixel %ld", isa, static_cast<long>(i));
    }
  }
  return 0;
}

int instruction_sets_are_forced_or_refused() {
  CHECK(hale_force_isa("baseline") == 0, "every machine has it");
  CHECK(std::strcmp(hale_isa(), "baseline") == 0, "is %s", hale_isa());
  CHECK(hale_force_isa("mmx") == -1, "there is no such build");
  CHECK(std::strcmp(hale_isa(), "baseline") == 0, "a refusal changed it to %s", hale_isa());
  CHECK(hale_force_isa(nullptr) == 0, "back to the best");
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  const unsigned cases = count > 1 ? static_cast<unsigned>(std::atoi(arguments[1])) : 400;
  instruction_sets_are_forced_or_refused();
  exponential_is_within_2_ulp();
  empty_steps_touch_nothing();
  nan_of_a_variance_shows();
  for (const char* isa : {"baseline", "avx2", "avx512"}) {
    if (hale_force_isa(isa) == 0) {
      steps_equal_their_twin(isa, cases);
      std::printf("%s: checked\n", isa);
    } else {
      std::printf("%s: not on this machine\n", isa);
    }
  }
  return failures;
}
