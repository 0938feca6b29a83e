// The arithmetic of group normalisation (Wu and He 2018, arXiv 1803.08494) with its surroundings.
//
// Over the channels and pixels of one group of one image, of x' = x + added:
//
//   norm(x') = (x' - mean) / sqrt(variance + epsilon) weight + bias
//   y = f(norm(x') (1 + scale) + shift)
//
// (1 + scale) and shift are the embedding's in a network with scale-shift norm; added is it in one
// without. All but x is the same for a whole channel of an image, so that what is left for each
// element is y = f((x - centre) gain + offset). The centre is taken off first: with it folded into
// the offset, as it might be, a mean far from 0 would cost the result its digits.
//
// The sums never see the squares of x itself, but of its distance from some value of the channel,
// and what one part of a channel gives is joined to the others' as Chan, Golub and LeVeque (1979)
// do it: the variance of 1000 +- 0.001 comes out right.
#ifndef HALE_GROUP_NORM_FORMULA_H_
#define HALE_GROUP_NORM_FORMULA_H_

#include "hale.h"
#include "hale_math.h"

// How many elements there are, their mean, and the sum of the squares of their distances from it.
typedef struct hale_moments {
  double count, mean, squares;
} hale_moments;

// From n distances d from `origin`, by their sum and the sum of their squares.
HALE_HD hale_moments hale_moments_of(double n, double origin, double sum, double sum_of_squares) {
  const double squares = sum_of_squares - sum * sum / n;
  return {n, origin + sum / n, squares > 0 ? squares : 0};
}

// The moments of two sets together. Either may be empty.
HALE_HD hale_moments hale_join(const hale_moments& a, const hale_moments& b) {
  if (a.count == 0) return b;
  if (b.count == 0) return a;
  const double count = a.count + b.count, apart = b.mean - a.mean;
  return {count, a.mean + apart * (b.count / count),
          a.squares + b.squares + apart * apart * (a.count * b.count / count)};
}

// Into how many parts a CPU cuts an image: a function of its size alone, so that the sums are too.
HALE_HD int64_t hale_group_norm_parts(const hale_group_norm& norm) {
  const int64_t area = norm.size[2] * norm.size[3];
  const int64_t parts = area * norm.size[1] / (1 << 15), most = area < 64 ? area : 64;
  return parts < 1 ? 1 : parts < most ? parts : most;
}

// What one channel of one image needs: y = f((x - centre) gain + offset).
typedef struct hale_channel {
  float centre, gain, offset;
} hale_channel;

// `group` are the moments of x + added.
HALE_HD hale_channel hale_channel_of(const hale_moments& group, float epsilon, float weight,
                                     float bias, float added, float scale, float shift) {
  const double variance = group.squares / group.count + epsilon;
#ifdef __CUDA_ARCH__
  const double inverse = rsqrt(variance);
#else
  const double inverse = 1 / __builtin_sqrt(variance);
#endif
  return {static_cast<float>(group.mean - added),
          static_cast<float>(inverse * weight * (1.0 + scale)),
          static_cast<float>(bias * (1.0 + scale) + shift)};
}

template <typename F>
HALE_HD F hale_normalised(F x, F centre, F gain, F offset, bool silu) {
  const F y = hale_fma<F>(x - centre, gain, offset);
  return silu ? hale_silu<F>(y) : y;
}

// Of a part of a channel: the sums of s and of s d.
typedef struct hale_slopes {
  double sum, dot;
} hale_slopes;

// What of dL/dx is the same for a whole group.
typedef struct hale_group_gradient {
  float mean, slope;
} hale_group_gradient;

// `slopes` are the sums over the group of gain s and of gain s d.
HALE_HD hale_group_gradient hale_group_gradient_of(const hale_moments& group, float epsilon,
                                                   const hale_slopes& slopes) {
  const double variance = group.squares / group.count + epsilon;
  return {static_cast<float>(slopes.sum / group.count),
          static_cast<float>(slopes.dot / (group.count * variance))};
}

// s, for d = x - centre.
template <typename F>
HALE_HD F hale_normalised_slope(F g, F d, F gain, F offset, bool silu) {
  return silu ? g * hale_silu_slope<F>(hale_fma<F>(d, gain, offset)) : g;
}

// dL/dx.
template <typename F>
HALE_HD F hale_normalised_backward(F g, F d, F gain, F offset, F mean, F slope, bool silu) {
  const F s = hale_normalised_slope<F>(g, d, gain, offset, silu);
  return hale_fma<F>(-d, slope, hale_fma<F>(s, gain, -mean));
}

// What one channel of one image gives to the derivatives of its parameters.
typedef struct hale_parameter_slopes {
  float by[HALE_NORM_PARAMETERS];
} hale_parameter_slopes;

// Over the pixels of one channel, `slopes` are the sums of s and of s d, and `mean` is that of
// x + added; `group_slopes` are those of hale_group_gradient_of. The derivative of what is added to
// every pixel is the sum of dL/dx over them.
HALE_HD hale_parameter_slopes hale_parameter_slopes_of(const hale_moments& group, float epsilon,
                                                       const hale_slopes& group_slopes,
                                                       double pixels, double mean,
                                                       const hale_slopes& slopes, float weight,
                                                       float bias, float scale) {
  const double variance = group.squares / group.count + epsilon;
#ifdef __CUDA_ARCH__
  const double inverse = rsqrt(variance);
#else
  const double inverse = 1 / __builtin_sqrt(variance);
#endif
  const double dot = inverse * slopes.dot, more = 1.0 + scale;
  const double shared =
      group_slopes.sum + (mean - group.mean) * group_slopes.dot / variance;  // for all pixels
  hale_parameter_slopes of;
  of.by[HALE_NORM_WEIGHT] = static_cast<float>(more * dot);
  of.by[HALE_NORM_BIAS] = static_cast<float>(more * slopes.sum);
  of.by[HALE_NORM_ADDED] = static_cast<float>(inverse * weight * more * slopes.sum -
                                              pixels / group.count * shared);
  of.by[HALE_NORM_SCALE] = static_cast<float>(weight * dot + bias * slopes.sum);
  of.by[HALE_NORM_SHIFT] = static_cast<float>(slopes.sum);
  return of;
}

#endif  // HALE_GROUP_NORM_FORMULA_H_
