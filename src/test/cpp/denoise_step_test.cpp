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
    const std::string ends =
        test.verify_ends([&](const hale_step& step) { hale_denoise_step(&step, &test.k, 2); });
    CHECK(ends.empty(), "%s, seed %u: %s", isa, seed, ends.c_str());
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
    const float minus = hale_exp<float, -1>(-rounded);
    CHECK(minus == hale_exp(rounded), "exp(-x) of %.9g", -rounded);
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

// Few threads walk dense images in longer tiles than many do, unless a tile needs buffers: for x
// and output in another layout than the rest.
int long_tiles_equal_short_ones(const char* isa) {
  constexpr int64_t n = 4, c = 3, h = 128, w = 160, area = h * w, all = n * c * area;
  std::vector<float> x(all), output(all);
  for (int64_t i = 0; i < all; ++i) {
    x[i] = std::sin(0.1f * i), output[i] = std::cos(0.3f * i);
  }
  hale_step_coefficients k = {};
  k.x0_from_x = 1.25f, k.x0_from_output = -0.75f, k.eps_from_output = 1, k.clamp = 1;
  k.signal = 0.8f, k.inverse_signal = 1.25f, k.noise = 0.6f, k.inverse_noise = 1 / 0.6f;
  k.next_from_x0 = 0.9f, k.next_from_eps = 0.4f;
  const auto tensor = [](std::vector<float>& of, bool channels_last) {
    return channels_last ? hale_tensor{of.data(), {c * area, 1, w * c, c}}
                         : hale_tensor{of.data(), {c * area, area, w, 1}};
  };
  for (int variant = 0; variant < 8; ++variant) {
    const bool last = variant & 1, in_last = last != ((variant & 2) != 0);
    const bool x0_too = variant & 4;
    std::vector<float> results[2];
    for (int threads : {1, 64}) {
      std::vector<float> next(all), x0(all);
      hale_step step = {};
      step.size[0] = n, step.size[1] = c, step.size[2] = h, step.size[3] = w;
      step.x = tensor(x, in_last), step.output = tensor(output, in_last);
      step.next = tensor(next, last);
      if (x0_too) step.pred_x0 = tensor(x0, last);
      hale_denoise_step(&step, &k, threads);
      std::vector<float>& result = results[threads == 1];
      for (const auto* part : {&next, &x0}) {
        result.insert(result.end(), part->begin(), part->end());
      }
    }
    CHECK(results[0] == results[1], "%s, variant %d", isa, variant);
    CHECK(results[0][all - 1] != 0, "%s, variant %d: the last element is written", isa, variant);
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
      long_tiles_equal_short_ones(isa);
      std::printf("%s: checked\n", isa);
    } else {
      std::printf("%s: not on this machine\n", isa);
    }
  }
  return failures;
}
