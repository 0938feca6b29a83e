// The CPU's group normalisation and its derivative, with every instruction set of this processor
// and several numbers of threads, against double precision; and that neither changes a bit.
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "check.h"
#include "norm_backward_case.h"
#include "norm_case.h"

namespace {

void run(NormCase& test, int threads) { hale_normalise_groups(&test.norm, threads); }

void run(NormBackwardCase& test, int threads) {
  hale_normalise_groups_backward(&test.backward, threads);
}

template <typename Case>
int cases_equal_their_twin(const char* what, const char* isa, unsigned cases) {
  for (unsigned seed = 0; seed < cases; ++seed) {
    Case test(seed);
    for (int threads : {1, 3}) {
      test.reset();
      run(test, threads);
      const std::string error = test.verify();
      CHECK(error.empty(), "%s, %s, seed %u, %d threads: %s", what, isa, seed, threads,
            error.c_str());
    }
  }
  for (unsigned seed = 0; seed < (cases < 100 ? 1 : 4); ++seed) {
    Case test(seed, true);
    run(test, 2);
    const std::string error = test.verify();
    CHECK(error.empty(), "%s, %s, large, seed %u: %s", what, isa, seed, error.c_str());
  }
  return 0;
}

// A norm and its derivative, of 32 groups; at every other channel the weight is so large that SiLU
// saturates both ways.
struct BothWays {
  static constexpr int64_t kSize[4] = {2, 64, 37, 41}, kOne[4] = {1, 64, 1, 1};
  std::mt19937 random{7};
  RandomTensor x, by_y, y, by_x, weight;
  hale_group_norm_backward backward = {};
  std::vector<char> workspace, further;
  std::vector<float> by_parameters;

  BothWays(Layout layout, Element element)
      : x(random, layout, kSize, element),
        by_y(random, layout, kSize, element),
        y(random, layout, kSize, element),
        by_x(random, layout, kSize, element),
        weight(random, Layout::kContiguous, kOne, element) {
    hale_group_norm& norm = backward.norm;
    std::memcpy(norm.size, kSize, sizeof kSize);
    norm.groups = 32, norm.epsilon = 1e-5f, norm.silu = 1;
    norm.bfloat16 = element == Element::kBfloat16;
    for (int64_t c = 0; c < kSize[1]; ++c) weight.set(0, c, 0, 0, c % 2 == 0 ? 1 : 50);
    norm.x = x.storage(), norm.y = y.storage(), norm.weight = weight.storage();
    norm.weight.stride[0] = 0;
    backward.by_y = by_y.storage(), backward.by_x = by_x.storage();
    workspace.resize(hale_group_norm_workspace(&norm));
    further.resize(hale_group_norm_backward_workspace(&norm));
    norm.workspace = workspace.data(), backward.workspace = further.data();
    by_parameters.resize(kSize[0] * HALE_NORM_PARAMETERS * kSize[1]);
    backward.by_parameters = by_parameters.data();
  }

  void run(int threads) {
    hale_normalise_groups(&backward.norm, threads);
    hale_normalise_groups_backward(&backward, threads);
  }
};

std::vector<double> values_of(const RandomTensor& tensor) {
  std::vector<double> values;
  tensor.for_each([&](int64_t n, int64_t c, int64_t h, int64_t w) {
    values.push_back(tensor.get(n, c, h, w));
  });
  return values;
}

int bits_depend_on_nothing_but_the_values(Layout layout, Element element) {
  BothWays both(layout, element);
  std::vector<double> want[3];
  for (const char* isa : {"baseline", "avx2", "avx512"}) {
    if (hale_force_isa(isa) != 0) continue;
    for (int threads : {1, 2, 3}) {
      both.run(threads);
      const std::vector<double> results[] = {
          values_of(both.y), values_of(both.by_x),
          std::vector<double>(both.by_parameters.begin(), both.by_parameters.end())};
      for (int way = 0; way < 3; ++way) {
        const std::vector<double>& got = results[way];
        if (want[way].empty()) want[way] = got;
        // Of the doubles, which 0 and -0 do not share.
        CHECK(std::memcmp(want[way].data(), got.data(), got.size() * sizeof(double)) == 0,
              "%s with %d threads gives other bits, %s", isa, threads,
              way == 0 ? "forwards" : way == 1 ? "backwards" : "parameters");
      }
    }
  }
  return 0;
}

int nan_stays_in_its_group(Layout layout, Element element) {
  BothWays both(layout, element);
  both.x.set(1, 9, 20, 30, NAN);
  for (const char* isa : {"baseline", "avx2", "avx512"}) {
    if (hale_force_isa(isa) != 0) continue;
    both.run(2);
    int64_t wrong = 0;
    for (const RandomTensor* result : {&both.y, &both.by_x}) {
      result->for_each([&](int64_t n, int64_t c, int64_t h, int64_t w) {
        wrong += std::isnan(result->get(n, c, h, w)) != (n == 1 && c / 2 == 9 / 2);
      });
    }
    CHECK(wrong == 0, "%s: %ld elements", isa, static_cast<long>(wrong));
  }
  return 0;
}

int empty_norms_touch_nothing() {
  for (int axis = 0; axis < 4; ++axis) {
    hale_group_norm_backward backward = {};
    for (int64_t& size : backward.norm.size) size = 3;
    backward.norm.size[axis] = 0;
    backward.norm.groups = 3;
    hale_normalise_groups(&backward.norm, 2);
    hale_normalise_groups_backward(&backward, 2);
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  const unsigned cases = count > 1 ? static_cast<unsigned>(std::atoi(arguments[1])) : 200;
  empty_norms_touch_nothing();
  for (const char* isa : {"baseline", "avx2", "avx512"}) {
    if (hale_force_isa(isa) != 0) continue;
    cases_equal_their_twin<NormCase>("norm", isa, cases);
    cases_equal_their_twin<NormBackwardCase>("backward", isa, cases);
  }
  for (Layout layout : {Layout::kContiguous, Layout::kChannelsLast}) {
    for (Element element : {Element::kFloat32, Element::kBfloat16}) {
      bits_depend_on_nothing_but_the_values(layout, element);
      nan_stays_in_its_group(layout, element);
    }
  }
  return failures;
}
