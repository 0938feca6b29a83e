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
// F is the type of one operand: see hale_math.h. The three flags say which of g, z and v exist.
#ifndef HALE_DENOISE_FORMULA_H_
#define HALE_DENOISE_FORMULA_H_

#include "hale.h"
#include "hale_math.h"

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
    const F held = hale_clamp<F>(x0, -one, one);
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

// What a gate in [0, 1] lets through of an image, and of another outside of it:
//
//   outside + gate (inside - outside)
//
// At 0 and below, 1 and above, that is one of the two, bit for bit, and nothing of the other shows,
// be it infinite or NaN. A gate of NaN gives NaN.
template <typename F>
HALE_HD F hale_compose(F gate, F inside, F outside) {
  const F zero = {}, one = zero + 1.0f;
  const F between = outside + gate * (inside - outside);
  const F open = gate >= one ? inside : between;
  return gate <= zero ? outside : open;
}

#endif  // HALE_DENOISE_FORMULA_H_
