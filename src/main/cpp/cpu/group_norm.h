// The CPU's group normalisation, once per instruction set. dispatch.cpp picks one at run time.
#ifndef HALE_CPU_GROUP_NORM_H_
#define HALE_CPU_GROUP_NORM_H_

#include "../hale.h"

namespace hale {

using NormaliseGroups = void(const hale_group_norm&, int threads);

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
