// The CPU's histograms and thresholds, once per instruction set. dispatch.cpp picks one at run
// time.
#ifndef HALE_CPU_HISTOGRAM_H_
#define HALE_CPU_HISTOGRAM_H_

#include "../hale.h"

namespace hale {

using MapRanges = void(const hale_maps&, hale_range*, int threads);
using MapHistograms = void(const hale_maps&, const hale_range*, int64_t, int64_t*, int threads);
using MapSelect = void(const hale_maps&, const int64_t*, float*, void*, int threads);
using MapThreshold = void(const hale_maps&, const double*, const hale_bytes&, int threads);

#define HALE_DECLARE_HISTOGRAM(isa) \
  namespace isa {                   \
  MapRanges map_ranges;             \
  MapHistograms map_histograms;     \
  MapSelect map_select;             \
  MapThreshold map_threshold;       \
  }
HALE_DECLARE_HISTOGRAM(baseline)
HALE_DECLARE_HISTOGRAM(avx2)
HALE_DECLARE_HISTOGRAM(avx512)
#undef HALE_DECLARE_HISTOGRAM

}  // namespace hale

#endif  // HALE_CPU_HISTOGRAM_H_
