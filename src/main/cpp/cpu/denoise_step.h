// The CPU's denoising step, once per instruction set. dispatch.cpp picks one at run time.
#ifndef HALE_CPU_DENOISE_STEP_H_
#define HALE_CPU_DENOISE_STEP_H_

#include "../hale.h"

namespace hale {

using DenoiseStep = void(const hale_step&, const hale_step_coefficients&, int threads);

namespace baseline {
DenoiseStep denoise_step;
}
namespace avx2 {
DenoiseStep denoise_step;
}
namespace avx512 {
DenoiseStep denoise_step;
}

}  // namespace hale

#endif  // HALE_CPU_DENOISE_STEP_H_
