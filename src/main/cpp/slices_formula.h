// The arithmetic of raw slices becoming a network's images, for one element.
//
//   y = clamp(2 (x - lower) / (upper - lower) - 1, -1, 1)   inside the mask
//   y = -1                                                  outside of it, and in the padding
//
// Written as (x - centre) gain, with the centre in two parts, so that intensities far from 0 keep
// their digits: x - centre is exact near the centre, and the rest is what float32 cut off from it.
// With lower = -1 and upper = 1 it is x itself, to the bit. No product is added to anything, so
// that a GPU, which would fuse the two, computes the CPU's bits.
#ifndef HALE_SLICES_FORMULA_H_
#define HALE_SLICES_FORMULA_H_

#include "hale.h"
#include "hale_math.h"

#define HALE_BACKGROUND (-1.0f)

// `upper` is above `lower`, and not by so little that the gain is infinite.
HALE_HD hale_intensity hale_intensity_of(double lower, double upper) {
  const double centre = 0.5 * lower + 0.5 * upper;
  const float nearest = static_cast<float>(centre);
  return {nearest, static_cast<float>(centre - nearest), static_cast<float>(2 / (upper - lower))};
}

// NaN stays NaN.
template <typename F>
HALE_HD F hale_scaled(F x, float centre, float rest, float gain) {
  const F most = F{} + 1.0f;
  return hale_clamp<F>((x - centre - rest) * gain, -most, most);
}

// How many rows (or columns) of padding come before `size` of them among `padded`. Where the
// difference is odd, one more comes after.
HALE_HD int64_t hale_padding_before(int64_t size, int64_t padded) { return (padded - size) / 2; }

#endif  // HALE_SLICES_FORMULA_H_
