// The CPU's group normalisation and its derivative, with every instruction set of this processor
// and several numbers of threads, against double precision; and that neither changes a bit.
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

int bits_depend_on_nothing_but_the_values() {
  const int64_t size[4] = {2, 64, 37, 41}, elements = 2 * 64 * 37 * 41;
  std::mt19937 random(7);
  for (Layout layout : {Layout::kContiguous, Layout::kChannelsLast}) {
    random.seed(7);
    RandomTensor x(random, layout, size), by_y(random, layout, size);
    std::vector<float> want[2];
    std::vector<float> got[2] = {std::vector<float>(elements), std::vector<float>(elements)};
    for (const char* isa : {"baseline", "avx2", "avx512"}) {
      if (hale_force_isa(isa) != 0) continue;
      for (int threads : {1, 2, 3}) {
        hale_group_norm_backward backward = {};
        hale_group_norm& norm = backward.norm;
        std::memcpy(norm.size, size, sizeof size);
        norm.groups = 32, norm.epsilon = 1e-5f, norm.silu = 1;
        norm.x = norm.y = backward.by_x = x.storage();
        norm.y.data = got[0].data(), backward.by_x.data = got[1].data();
        backward.by_y = by_y.storage();
        std::vector<char> workspace(hale_group_norm_workspace(&norm));
        std::vector<char> further(hale_group_norm_backward_workspace(&norm));
        norm.workspace = workspace.data(), backward.workspace = further.data();
        hale_normalise_groups(&norm, threads);
        hale_normalise_groups_backward(&backward, threads);
        for (int way = 0; way < 2; ++way) {
          if (want[way].empty()) want[way] = got[way];
          CHECK(std::memcmp(want[way].data(), got[way].data(), elements * sizeof(float)) == 0,
                "%s with %d threads gives other bits, %s", isa, threads,
                way == 0 ? "forwards" : "backwards");
        }
      }
    }
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
  bits_depend_on_nothing_but_the_values();
  return failures;
}
