// What the formulas of all kernels are made of: elementary functions for the CPU and the GPU alike.
//
// F is the type of one operand: float, or on the CPU a vector of floats, on which every operator
// below works lane by lane. Written so, the loop is vectorised by its types and not by the grace of
// an optimiser, which loses heart at the choices.
#ifndef HALE_MATH_H_
#define HALE_MATH_H_

#include "hale.h"

#if defined(__AVX__) && !defined(__CUDACC__)
#include <immintrin.h>
#endif

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

// a b + c, rounded once. A processor without such an instruction takes the C library's word for it:
// slow, but the same bits.
template <typename F>
HALE_HD F hale_fma(F a, F b, F c) {
#ifdef __CUDA_ARCH__
  return fmaf(a, b, c);
#else
  if constexpr (sizeof(F) == sizeof(float)) {
    return __builtin_fmaf(a, b, c);
#ifdef __AVX512F__
  } else if constexpr (sizeof(F) == sizeof(__m512)) {
    return F(_mm512_fmadd_ps(__m512(a), __m512(b), __m512(c)));
#elif defined(__FMA__)
  } else if constexpr (sizeof(F) == sizeof(__m256)) {
    return F(_mm256_fmadd_ps(__m256(a), __m256(b), __m256(c)));
#endif
  } else {
    F fused;
    for (unsigned i = 0; i < sizeof(F) / sizeof(float); ++i) {
      fused[i] = __builtin_fmaf(a[i], b[i], c[i]);
    }
    return fused;
  }
#endif
}

// x, but at least `least` and at most `most`; NaN stays NaN.
template <typename F>
HALE_HD F hale_clamp(F x, F least, F most) {
#if defined(__AVX__) && !defined(__CUDACC__)
  // One instruction each, where the compiler compares and blends.
#ifdef __AVX512F__
  if constexpr (sizeof(F) == sizeof(__m512)) {
    const __m512 above = _mm512_maskz_max_ps(0xFFFF, __m512(least), __m512(x));
    return F(_mm512_maskz_min_ps(0xFFFF, __m512(most), above));
  }
#endif
  if constexpr (sizeof(F) == sizeof(__m256)) {
    return F(_mm256_min_ps(__m256(most), _mm256_max_ps(__m256(least), __m256(x))));
  }
#endif
  x = x < least ? least : x;
  return x > most ? most : x;
}

// e^x, or e^-x for a sign of -1, within 2 ulp, by Cody-Waite reduction and a polynomial: the C
// library's expf takes one float at a time. Saturates beyond |x| = 87; NaN stays NaN.
template <typename F, int kSign = 1>
HALE_HD F hale_exp(F x) {
#ifdef __CUDA_ARCH__
  return expf(kSign < 0 ? -x : x);
#else
  typedef typename hale_bits_of<F>::type Bits;
  const F most = F{} + 87.0f;
  x = hale_clamp<F>(x, -most, most);
  const float shift = 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer in the low bits
  const float sign = kSign;         // e^-x: odd powers change theirs, x does not
  const F none = {};
  const F shifted = hale_fma<F>(x, none + sign * 1.44269504f, none + shift);
  const F n = shifted - shift;
  F r = hale_fma<F>(n, none - sign * 0.693359375f, x);  // x -+ n ln 2, in two parts
  r = hale_fma<F>(n, none + sign * 2.12194440e-4f, r);
  const F r2 = r * r;  // Estrin's order: half as many steps wait for one another as in Horner's
  F p = hale_fma<F>(r, none + sign * 1.9875691500e-4f, none + 1.3981999507e-3f);
  const F middle = hale_fma<F>(r, none + sign * 8.3334519073e-3f, none + 4.1665795894e-2f);
  p = hale_fma<F>(p, r2, middle);
  const F low = hale_fma<F>(r, none + sign * 1.6666665459e-1f, none + 5.0000001201e-1f);
  p = hale_fma<F>(p, r2, low);
  p = hale_fma<F>(p, r2, kSign < 0 ? -r : r) + 1.0f;
  Bits bits;
  __builtin_memcpy(&bits, &shifted, sizeof bits);
  bits = (bits + 127u) << 23;  // the shift's own bits fall off the top, leaving 2^n
  F power;
  __builtin_memcpy(&power, &bits, sizeof power);
  return p * power;
#endif
}

// a / b, on a GPU within 2 ulp rather than half of one, and 0 for b beyond 2^126.
template <typename F>
HALE_HD F hale_quotient(F a, F b) {
#ifdef __CUDA_ARCH__
  return __fdividef(a, b);
#else
  return a / b;
#endif
}

// x / (1 + e^-x), also known as swish.
template <typename F>
HALE_HD F hale_silu(F x) {
  return hale_quotient<F>(x, 1.0f + hale_exp<F, -1>(x));
}

// The derivative of x / (1 + e^-x).
template <typename F>
HALE_HD F hale_silu_slope(F x) {
  const F sigmoid = hale_quotient<F>(F{} + 1.0f, 1.0f + hale_exp<F, -1>(x));
  return sigmoid * hale_fma<F>(x, 1.0f - sigmoid, F{} + 1.0f);
}

// log(1 + u) for u in [0, 1], within 4 ulp: 2 atanh(u / (2 + u)), whose series converges quickly.
template <typename F>
HALE_HD F hale_log1p_of_unit(F u) {
#ifdef __CUDA_ARCH__
  return log1pf(u);
#else
  const F s = u / (u + 2.0f);  // at most 1/3
  const F q = s * s;
  F p = q * (1.0f / 15) + 1.0f / 13;
  p = p * q + 1.0f / 11;
  p = p * q + 1.0f / 9;
  p = p * q + 1.0f / 7;
  p = p * q + 1.0f / 5;
  p = p * q + 1.0f / 3;
  return 2.0f * (s + s * (q * p));
#endif
}

// ---- bfloat16: the upper half of a float32 ----

HALE_HD float hale_from_bfloat16(uint16_t half) {
  const uint32_t bits = static_cast<uint32_t>(half) << 16;
#ifdef __CUDA_ARCH__
  return __uint_as_float(bits);
#else
  float value;
  __builtin_memcpy(&value, &bits, sizeof value);
  return value;
#endif
}

// Rounds to nearest, ties to even; NaN stays NaN.
HALE_HD uint16_t hale_to_bfloat16(float value) {
#ifdef __CUDA_ARCH__
  const uint32_t bits = __float_as_uint(value);
#else
  uint32_t bits;
  __builtin_memcpy(&bits, &value, sizeof bits);
#endif
  const uint32_t rounded = (bits + 0x7FFFu + ((bits >> 16) & 1u)) >> 16;
  const uint32_t quiet = (bits >> 16) | 0x40u;
  return static_cast<uint16_t>((bits & 0x7FFFFFFFu) > 0x7F800000u ? quiet : rounded);
}

#endif  // HALE_MATH_H_
