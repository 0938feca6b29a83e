// The CPU's histograms and thresholds, with every instruction set of this processor and several
// numbers of threads, against sorting and counting one value at a time.
#include <cmath>
#include <cstdlib>

#include "check.h"
#include "histogram_formula.h"
#include "maps_case.h"

namespace {

int maps_equal_their_twin(const char* isa, unsigned cases) {
  for (unsigned seed = 0; seed < cases; ++seed) {
    MapsCase test(seed);
    for (int threads : {1, 3}) {
      test.reset();
      hale_map_ranges(&test.maps, test.ranges.data(), threads);
      hale_map_histograms(&test.maps, test.ranges.data(), MapsCase::kBins, test.counts.data(),
                          threads);
      hale_map_select(&test.maps, test.ranks.data(), test.selected.data(), test.workspace.data(),
                      threads);
      hale_map_threshold(&test.maps, test.thresholds.data(), &test.out, threads);
      const std::string error = test.verify();
      CHECK(error.empty(), "%s, seed %u, %d threads: %s", isa, seed, threads, error.c_str());
    }
  }
  return 0;
}

int threads_that_share_a_map_count_it_once() {
  const int64_t size[4] = {1, 3, 301, 299}, elements = 3 * 301 * 299;
  std::mt19937 random(3);
  RandomTensor values(random, Layout::kContiguous, size);
  const hale_maps maps = {{1, 3, 301, 299}, values.tensor(), {}};
  hale_range range;
  hale_map_ranges(&maps, &range, 3);
  CHECK(range.count == elements && range.not_finite == 0, "%lld", (long long)range.count);
  std::vector<int64_t> counts(5000);
  for (int64_t bins : {256, 5000}) {
    hale_map_histograms(&maps, &range, bins, counts.data(), 3);
    int64_t total = 0;
    for (int64_t bin = 0; bin < bins; ++bin) total += counts[bin];
    CHECK(total == elements && counts[0] > 0 && counts[bins - 1] > 0, "%lld in all",
          (long long)total);
  }
  return 0;
}

int values_that_are_not_finite_are_counted_apart() {
  const int64_t size[4] = {1, 1, 1, 5};
  std::mt19937 random(3);
  RandomTensor values(random, Layout::kContiguous, size);
  const float given[] = {NAN, INFINITY, -INFINITY, 2, -3};
  for (int i = 0; i < 5; ++i) values.set(0, 0, 0, i, given[i]);
  const hale_maps maps = {{1, 1, 1, 5}, values.tensor(), {}};
  hale_range range;
  hale_map_ranges(&maps, &range, 1);
  CHECK(range.count == 5 && range.not_finite == 3, "counts");
  CHECK(range.low == -3 && range.high == 2, "the others' range");
  return 0;
}

int keys_are_ordered_as_the_floats_are() {
  const float ascending[] = {-INFINITY, -3e38f, -1, -1e-45f, 0, 1e-45f, 1, 3e38f, INFINITY};
  for (int i = 0; i < 9; ++i) {
    CHECK(hale_value_of(hale_key_of(ascending[i])) == ascending[i], "%g", ascending[i]);
    if (i > 0) CHECK(hale_key_of(ascending[i - 1]) < hale_key_of(ascending[i]), "%d", i);
  }
  CHECK(hale_key_of(-0.0f) == hale_key_of(0.0f), "zeros are equal");
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  const unsigned cases = count > 1 ? static_cast<unsigned>(std::atoi(arguments[1])) : 200;
  keys_are_ordered_as_the_floats_are();
  values_that_are_not_finite_are_counted_apart();
  for (const char* isa : {"baseline", "avx2", "avx512"}) {
    if (hale_force_isa(isa) != 0) continue;
    maps_equal_their_twin(isa, cases);
    threads_that_share_a_map_count_it_once();
  }
  return failures;
}
