// The CPU's group normalisation, once per instruction set. dispatch.cpp picks one at run time.
#ifndef HALE_CPU_GROUP_NORM_H_
#define HALE_CPU_GROUP_NORM_H_

#include "../hale.h"

namespace hale {

using NormaliseGroups = void(const hale_group_norm&, int threads);

// Into how many parts an image is cut: a function of its size alone, so that the sums are too.
static inline int64_t group_norm_parts(const hale_group_norm& norm) {
  const int64_t area = norm.size[2] * norm.size[3];
  const int64_t parts = area * norm.size[1] / (1 << 15), most = area < 64 ? area : 64;
  return parts < 1 ? 1 : parts < most ? parts : most;
}

namespace baseline {
NormaliseGroups normalise_groups;
}
namespace avx2 {
NormaliseGroups normalise_groups;
}
namespace avx512 {
NormaliseGroups normalise_groups;
}

}  // namespace hale

#endif  // HALE_CPU_GROUP_NORM_H_
