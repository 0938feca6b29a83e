// The arithmetic of one denoising step, for one element. The CPU and the CUDA kernels both call
// this function, so there is one formula, and what differs between them is how memory is walked.
//
// From the current image x and the network's output o:
//
//   x0  = x0_from_x x + x0_from_output o       (any of the eps, x0 and v parameterisations)
//   eps = eps_from_x x + eps_from_output o
//
// Clamping holds x0 in [-1, 1] and re-derives eps from it, so that the two still explain x.
// Guidance then moves eps along the classifier's gradient g and re-derives x0 from eps; that x0 is
// not clamped again. The next image is a weighted sum of x0, x and eps, plus what DDPM adds: a mean
// moved along g, and noise z, either scaled by a learned variance, whose logarithm the network
// gives as a position v in [-1, 1] between two bounds.
//
// F is the type of one operand: float, or on the CPU a vector of floats, on which every operator
// below works lane by lane. Written so, the loop is vectorised by its types and not by the grace of
// an optimiser, which loses heart at the choices. The three flags say which of g, z and v exist.
#ifndef HALE_DENOISE_FORMULA_H_
#define HALE_DENOISE_FORMULA_H_

#include "hale.h"

#ifdef __CUDACC__
#define HALE_HD static __host__ __device__ __forceinline__
#else
// Static and always inlined: this header is compiled once per instruction set, and a shared copy
// could be the one that this processor cannot run.
#define HALE_HD static inline __attribute__((always_inline))
#endif

#ifndef __CUDA_ARCH__
// The unsigned integers that have the size of F.
template <typename F>
struct hale_bits_of;
template <>
struct hale_bits_of<float> {
  typedef uint32_t type;
};
#endif

// e^x within 2 ulp, by Cody-Waite reduction and a polynomial: the C library's expf takes one float
// at a time. Saturates beyond |x| = 87; NaN stays NaN.
template <typename F>
HALE_HD F hale_exp(F x) {
#ifdef __CUDA_ARCH__
  return expf(x);
#else
  typedef typename hale_bits_of<F>::type Bits;
  const F most = F{} + 87.0f;
  x = x < -most ? -most : x;
  x = x > most ? most : x;
  const float shift = 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer in the low bits
  const F shifted = x * 1.44269504f + shift;
  const F n = shifted - shift;
  const F r = (x - n * 0.693359375f) + n * 2.12194440e-4f;  // x - n ln 2, in two parts
  F p = r * 1.9875691500e-4f + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1.0f;
  Bits bits;
  __builtin_memcpy(&bits, &shifted, sizeof bits);
  bits = (bits + 127u) << 23;  // the shift's own bits fall off the top, leaving 2^n
  F power;
  __builtin_memcpy(&power, &bits, sizeof power);
  return p * power;
#endif
}

template <typename F>
struct hale_denoised {
  F next, x0;
};

template <typename F>
HALE_HD hale_denoised<F> hale_denoise(const hale_step_coefficients& k, F x, F o, F v, F g, F z,
                                      bool has_gradient, bool has_noise, bool learned) {
  F x0 = k.x0_from_x * x + k.x0_from_output * o;
  F eps = k.eps_from_x * x + k.eps_from_output * o;
  if (k.clamp) {
    const F one = F{} + 1.0f;
    F held = x0 > one ? one : x0;
    held = held < -one ? -one : held;
    const F rederived = (x - k.signal * held) * k.inverse_noise;
    eps = held == x0 ? eps : rederived;
    x0 = held;
  }
  if (has_gradient && k.guidance != 0.0f) {
    eps = eps - k.guidance * g;
    x0 = (x - k.noise * eps) * k.inverse_signal;
  }
  F next = k.next_from_x0 * x0 + k.next_from_x * x + k.next_from_eps * eps;
  const bool moves_mean = has_gradient && k.mean_guidance != 0.0f;
  F sigma = F{} + 1.0f;
  if (learned && (moves_mean || has_noise)) {
    const F f = 0.5f * v + 0.5f;
    sigma = hale_exp<F>(0.5f * (f * k.max_log_variance + (1.0f - f) * k.min_log_variance));
  }
  if (moves_mean) next = next + k.mean_guidance * (sigma * sigma) * g;
  if (has_noise) next = next + k.noise_scale * sigma * z;
  return {next, x0};
}

#endif  // HALE_DENOISE_FORMULA_H_
