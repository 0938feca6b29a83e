// The CPU's attribution kernels, with every instruction set of this processor and several numbers
// of threads, against double precision.
#include <cmath>
#include <cstdlib>

#include "attribution_case.h"
#include "attribution_formula.h"
#include "check.h"

namespace {

template <typename Case, typename Run>
int cases_equal_their_twin(const char* isa, const char* what, unsigned cases, Run run) {
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
  return 0;
}

int logarithm_is_within_4_ulp() {
  for (double x = 1e-7; x <= 1; x *= 1.0003) {
    const float u = static_cast<float>(x);
    const double want = std::log1p(static_cast<double>(u));
    const double ulp = std::ldexp(1.0, std::ilogb(want) - 23);
    CHECK(std::fabs(hale_log1p_of_unit(u) - want) <= 4 * ulp, "log1p(%.9g)", u);
  }
  CHECK(hale_log1p_of_unit(0.0f) == 0, "log 1");
  return 0;
}

int penalties_of_extreme_attributions_are_finite() {
  for (float a : {-1e30f, -200.0f, 200.0f, 1e30f}) {
    const hale_penalty<float> p = hale_penalise(a, 2.0f, false);
    CHECK(p.cost == (a > 0 ? 2 * a : p.cost) && p.cost >= 0 && p.cost < 3e30f, "cost of %g", a);
    CHECK(a > 0 ? p.slope == 2 : p.slope >= 0 && p.slope < 1e-30f, "slope of %g", a);
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  const unsigned cases = count > 1 ? static_cast<unsigned>(std::atoi(arguments[1])) : 200;
  logarithm_is_within_4_ulp();
  penalties_of_extreme_attributions_are_finite();
  for (const char* isa : {"baseline", "avx2", "avx512"}) {
    if (hale_force_isa(isa) != 0) continue;
    cases_equal_their_twin<PathCase>(isa, "path", cases, [](PathCase& test, int threads) {
      hale_path_points(&test.path, threads);
    });
    cases_equal_their_twin<AccumulationCase>(
        isa, "accumulation", 200,
        [](AccumulationCase& test, int threads) { hale_accumulate(&test.accumulation, threads); });
    cases_equal_their_twin<ConstraintCase>(
        isa, "constraint", 200,
        [](ConstraintCase& test, int threads) { hale_constrain(&test.constraint, threads); });
    cases_equal_their_twin<AttributionMapCase>(
        isa, "map", 60,
        [](AttributionMapCase& test, int threads) { hale_map_attribution(&test.map, threads); });
  }
  return failures;
}
