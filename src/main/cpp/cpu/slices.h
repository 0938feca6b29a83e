// The CPU's preparation of slices, once per instruction set. dispatch.cpp picks one at run time.
#ifndef HALE_CPU_SLICES_H_
#define HALE_CPU_SLICES_H_

#include "../hale.h"

namespace hale {

using PrepareSlices = void(const hale_slices&, int threads);

namespace baseline {
PrepareSlices prepare_slices;
}
namespace avx2 {
PrepareSlices prepare_slices;
}
namespace avx512 {
PrepareSlices prepare_slices;
}

}  // namespace hale

#endif  // HALE_CPU_SLICES_H_
