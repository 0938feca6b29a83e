// The CPU's group normalisation, with every instruction set of this processor and several numbers
// of threads, against double precision; and that neither changes a bit.
#include <cstdlib>
#include <cstring>
#include <vector>

#include "check.h"
#include "norm_case.h"

namespace {

int norms_equal_their_twin(const char* isa, unsigned cases) {
  for (unsigned seed = 0; seed < cases; ++seed) {
    NormCase test(seed);
    for (int threads : {1, 3}) {
      test.reset();
      hale_normalise_groups(&test.norm, threads);
      const std::string error = test.verify();
      CHECK(error.empty(), "%s, seed %u, %d threads: %s", isa, seed, threads, error.c_str());
    }
  }
  for (unsigned seed = 0; seed < (cases < 100 ? 1 : 4); ++seed) {
    NormCase test(seed, true);
    hale_normalise_groups(&test.norm, 2);
    const std::string error = test.verify();
    CHECK(error.empty(), "%s, large, seed %u: %s", isa, seed, error.c_str());
  }
  return 0;
}

int bits_depend_on_nothing_but_the_values() {
  const int64_t size[4] = {2, 64, 37, 41}, elements = 2 * 64 * 37 * 41;
  std::mt19937 random(7);
  std::vector<float> want, got(elements);
  for (Layout layout : {Layout::kContiguous, Layout::kChannelsLast}) {
    random.seed(7);
    RandomTensor x(random, layout, size);
    want.clear();
    for (const char* isa : {"baseline", "avx2", "avx512"}) {
      if (hale_force_isa(isa) != 0) continue;
      for (int threads : {1, 2, 3}) {
        hale_group_norm norm = {{2, 64, 37, 41},
                                32,
                                x.storage(),
                                x.storage(),
                                {},
                                {},
                                {},
                                {},
                                {},
                                nullptr,
                                1e-5f,
                                0,
                                1};
        norm.y.data = got.data();
        std::vector<char> workspace(hale_group_norm_workspace(&norm));
        norm.workspace = workspace.data();
        hale_normalise_groups(&norm, threads);
        if (want.empty()) want = got;
        CHECK(std::memcmp(want.data(), got.data(), elements * sizeof(float)) == 0,
              "%s with %d threads gives other bits", isa, threads);
      }
    }
  }
  return 0;
}

int empty_norms_touch_nothing() {
  for (int axis = 0; axis < 4; ++axis) {
    hale_group_norm norm = {};
    for (int64_t& size : norm.size) size = 3;
    norm.size[axis] = 0;
    norm.groups = 3;
    hale_normalise_groups(&norm, 2);
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  const unsigned cases = count > 1 ? static_cast<unsigned>(std::atoi(arguments[1])) : 200;
  empty_norms_touch_nothing();
  for (const char* isa : {"baseline", "avx2", "avx512"}) {
    if (hale_force_isa(isa) == 0) norms_equal_their_twin(isa, cases);
  }
  bits_depend_on_nothing_but_the_values();
  return failures;
}
