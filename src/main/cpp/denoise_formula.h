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
// The three flags say which of g, z and v exist. Pass constants where they are known: on the CPU
// each combination is then its own branch-free loop, which is what lets it vectorise.
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

// e^x within 2 ulp, by Cody-Waite reduction and a polynomial. The C library's expf is a call, and a
// call in the loop would keep the CPU from vectorising it. Saturates beyond |x| = 87; NaN stays
// NaN.
HALE_HD float hale_exp(float x) {
#ifdef __CUDA_ARCH__
  return expf(x);
#else
  x = x < -87.0f ? -87.0f : x;
  x = x > 87.0f ? 87.0f : x;
  const float shift = 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer in the low bits
  const float shifted = x * 1.44269504f + shift;
  const float n = shifted - shift;
  const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;  // x - n ln 2, in two parts
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + r + 1.0f;
  uint32_t bits;
  __builtin_memcpy(&bits, &shifted, sizeof bits);
  bits = (bits + 127u) << 23;  // the shift's own bits fall off the top, leaving 2^n
  float power;
  __builtin_memcpy(&power, &bits, sizeof power);
  return p * power;
#endif
}

typedef struct hale_denoised {
  float next, x0;
} hale_denoised;

HALE_HD hale_denoised hale_denoise(const hale_step_coefficients& k, float x, float o, float v,
                                   float g, float z, bool has_gradient, bool has_noise,
                                   bool learned) {
  float x0 = k.x0_from_x * x + k.x0_from_output * o;
  float eps = k.eps_from_x * x + k.eps_from_output * o;
  if (k.clamp) {
    const float held = x0 < -1.0f ? -1.0f : (x0 > 1.0f ? 1.0f : x0);
    const float rederived = (x - k.signal * held) * k.inverse_noise;
    eps = held != x0 ? rederived : eps;
    x0 = held;
  }
  if (has_gradient && k.guidance != 0.0f) {
    eps = eps - k.guidance * g;
    x0 = (x - k.noise * eps) * k.inverse_signal;
  }
  float next = k.next_from_x0 * x0 + k.next_from_x * x + k.next_from_eps * eps;
  const bool moves_mean = has_gradient && k.mean_guidance != 0.0f;
  float sigma = 1.0f;
  if (learned && (moves_mean || has_noise)) {
    const float f = 0.5f * v + 0.5f;
    sigma = hale_exp(0.5f * (f * k.max_log_variance + (1.0f - f) * k.min_log_variance));
  }
  if (moves_mean) next += k.mean_guidance * (sigma * sigma) * g;
  if (has_noise) next += k.noise_scale * sigma * z;
  return {next, x0};
}

#endif  // HALE_DENOISE_FORMULA_H_
