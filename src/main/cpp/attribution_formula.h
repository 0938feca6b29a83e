// The arithmetic of the attribution kernels, for one element.
//
// Integrated gradients (Sundararajan, Taly and Yan 2017, eq. 1) and expected gradients (Erion et
// al. 2021) average the gradient over points alpha x + (1 - alpha) x' of paths from a baseline x'
// and multiply by x - x'. The constraint (Wargnier-Dauchelle et al. 2023) asks of the attribution A
// of a healthy image that softplus(k A) be small; the older one (Ross, Hughes and Doshi-Velez
// 2017), that (k A)^2 be. The hinge max(0, k A) is softplus without its reward for what is far
// below 0 already.
#ifndef HALE_ATTRIBUTION_FORMULA_H_
#define HALE_ATTRIBUTION_FORMULA_H_

#include "hale.h"
#include "hale_math.h"

#ifndef __CUDACC_RTC__
#include <math.h>
#endif

template <typename F>
HALE_HD F hale_path_point(float alpha, F x, F baseline) {
  return alpha * x + (1.0f - alpha) * baseline;
}

template <typename F>
struct hale_penalty {
  F cost, slope;  // slope: the derivative of the cost by A
};

// softplus(z) = log(1 + e^z), written so that nothing overflows and small results keep their
// digits, with z = k a.
template <typename F>
HALE_HD hale_penalty<F> hale_penalise(F a, float k, int32_t cost) {
  const F z = k * a, zero = F{};
  if (cost == HALE_COST_SQUARE) return {z * z, 2.0f * k * z};
  if (cost == HALE_COST_HINGE) return {z > zero ? z : zero, z > zero ? zero + k : zero};
  const F e = hale_exp<F>(z > zero ? -z : z);
  const F one = zero + 1.0f;
  return {(z > zero ? z : zero) + hale_log1p_of_unit<F>(e), k * ((z > zero ? one : e) / (one + e))};
}

// The Gaussian's weight d pixels from its centre, not normalised: the blur divides by the sum of
// the weights that the mask lets through.
HALE_HD float hale_blur_weight(int64_t d, float sigma) {
  const double x = static_cast<double>(d) / sigma;
  return static_cast<float>(exp(-0.5 * x * x));
}

// How many pixels to each side have a weight.
HALE_HD int64_t hale_blur_radius(float sigma) { return static_cast<int64_t>(ceil(3.0 * sigma)); }

#endif  // HALE_ATTRIBUTION_FORMULA_H_
