// The CPU's attribution kernels, once per instruction set. dispatch.cpp picks one at run time.
#ifndef HALE_CPU_ATTRIBUTION_H_
#define HALE_CPU_ATTRIBUTION_H_

#include "../hale.h"

namespace hale {

using PathPoints = void(const hale_path&, int threads);
using Accumulate = void(const hale_accumulation&, int threads);
using ConstraintWorkspace = int64_t(const hale_constraint&);
using Constrain = void(const hale_constraint&, int threads);
using MapAttribution = void(const hale_attribution_map&, int threads);

#define HALE_DECLARE_ATTRIBUTION(isa)       \
  namespace isa {                           \
  PathPoints path_points;                   \
  Accumulate accumulate;                    \
  ConstraintWorkspace constraint_workspace; \
  Constrain constrain;                      \
  MapAttribution map_attribution;           \
  }
HALE_DECLARE_ATTRIBUTION(baseline)
HALE_DECLARE_ATTRIBUTION(avx2)
HALE_DECLARE_ATTRIBUTION(avx512)
#undef HALE_DECLARE_ATTRIBUTION

}  // namespace hale

#endif  // HALE_CPU_ATTRIBUTION_H_
