// The CPU's group normalisation and its derivative, once per instruction set. dispatch.cpp picks
// one at run time.
#ifndef HALE_CPU_GROUP_NORM_H_
#define HALE_CPU_GROUP_NORM_H_

#include "../hale.h"

namespace hale {

using NormaliseGroups = void(const hale_group_norm&, int threads);
using NormaliseGroupsBackward = void(const hale_group_norm_backward&, int threads);

namespace baseline {
NormaliseGroups normalise_groups;
NormaliseGroupsBackward normalise_groups_backward;
}  // namespace baseline
namespace avx2 {
NormaliseGroups normalise_groups;
NormaliseGroupsBackward normalise_groups_backward;
}  // namespace avx2
namespace avx512 {
NormaliseGroups normalise_groups;
NormaliseGroupsBackward normalise_groups_backward;
}  // namespace avx512

}  // namespace hale

#endif  // HALE_CPU_GROUP_NORM_H_
