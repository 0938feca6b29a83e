// hale's native kernels, as plain C: pointers, sizes and strides in, results written through
// pointers. Nothing here allocates, keeps a pointer, throws or exits, and nothing here knows Torch
// or Java. The callers check their arguments; these functions trust them.
#ifndef HALE_H_
#define HALE_H_

#ifdef __CUDACC_RTC__
typedef long long int64_t;  // NVRTC compiles without the C library's headers.
typedef int int32_t;
typedef unsigned int uint32_t;
typedef unsigned short uint16_t;
typedef unsigned char uint8_t;
#else
#include <stdint.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif

// A float32 tensor with axes n, c, h, w. Strides count elements; data is null for "absent".
typedef struct hale_tensor {
  float* data;
  int64_t stride[4];
} hale_tensor;

// The scalars of one denoising step: see denoise_formula.h. The inverses are 0 where unused.
typedef struct hale_step_coefficients {
  float x0_from_x, x0_from_output;
  float eps_from_x, eps_from_output;
  float signal, inverse_signal;
  float noise, inverse_noise;
  float guidance;
  float min_log_variance, max_log_variance;
  float next_from_x0, next_from_x, next_from_eps;
  float mean_guidance, noise_scale;
  int32_t clamp, learned_variance;
} hale_step_coefficients;

// The tensors of one denoising step, of shape size = {N, C, H, W}. If the variance is learned,
// output has 2C channels. gradient, noise, pred_x0 are optional; so are gate and outside, together:
// what the step computes is then composed with outside (see hale_compose). gate is [N, H, W]: its
// stride[1] is ignored. next may be x itself; what is written must otherwise not overlap with
// anything.
typedef struct hale_step {
  int64_t size[4];
  hale_tensor x, output, gradient, noise;
  hale_tensor next, pred_x0;
  hale_tensor gate, outside;
} hale_step;

// Computes one denoising step on at most `threads` threads (fewer where there is little to do).
void hale_denoise_step(const hale_step* step, const hale_step_coefficients* coefficients,
                       int threads);

// A tensor of float32 or bfloat16 elements; which, is said beside it. Data is null for "absent".
typedef struct hale_storage {
  void* data;
  int64_t stride[4];
} hale_storage;

// A tensor of bytes, 0 for false and anything else for true. Data is null for "absent".
typedef struct hale_bytes {
  uint8_t* data;
  int64_t stride[4];
} hale_bytes;

// Group normalisation with what surrounds it in a diffusion network: see group_norm_formula.h.
//
//   y = f(norm(x + added) (1 + scale) + shift),   f the identity or SiLU
//
// x and y are of shape size = {N, C, H, W}; C is a multiple of groups. y may be x itself. weight
// and bias (by channel), added, scale and shift (by image and channel) are optional; of their
// strides only the first two count, and a stride of 0 repeats. All seven have one element type,
// bfloat16 or float32; sums and arithmetic are in float32 or better. workspace holds
// hale_group_norm_workspace bytes, aligned to 8, of nobody else's.
typedef struct hale_group_norm {
  int64_t size[4];
  int64_t groups;
  hale_storage x, y, weight, bias, added, scale, shift;
  void* workspace;
  float epsilon;
  int32_t bfloat16, silu;
} hale_group_norm;

// How many bytes of workspace the normalisation needs: a function of its size alone.
int64_t hale_group_norm_workspace(const hale_group_norm* norm);

// Normalises on at most `threads` threads.
void hale_normalise_groups(const hale_group_norm* norm, int threads);

// The derivative of the above with respect to x: by_x = dL/dx, from by_y = dL/dy and the x that was
// normalised. norm.y is not looked at; by_x may be by_y itself, and both have the shape and the
// element type of x. by_parameters, if present, takes the derivatives with respect to the
// parameters, whether these are present or not, as [N][HALE_NORM_PARAMETERS][C] dense numbers:
// those of each image alone, so that a weight's and a bias's are still to be added up over the
// images. workspace holds hale_group_norm_backward_workspace bytes, beside those of norm.workspace
// and as they.
typedef struct hale_group_norm_backward {
  hale_group_norm norm;
  hale_storage by_y, by_x;
  float* by_parameters;
  void* workspace;
} hale_group_norm_backward;

// The rows of by_parameters.
enum hale_norm_parameter {
  HALE_NORM_WEIGHT = 0,
  HALE_NORM_BIAS = 1,
  HALE_NORM_ADDED = 2,
  HALE_NORM_SCALE = 3,
  HALE_NORM_SHIFT = 4,
  HALE_NORM_PARAMETERS = 5
};

int64_t hale_group_norm_backward_workspace(const hale_group_norm* norm);
void hale_normalise_groups_backward(const hale_group_norm_backward* backward, int threads);

// ---- Attribution: see attribution_formula.h. All tensors are of shape size = {N, C, H, W}. ----

// Points of the straight paths from each baseline to each image: out = alpha x + (1 - alpha)
// baseline, with one alpha for each n. Strides of 0 repeat an image along its path. An absent
// baseline is 0.
typedef struct hale_path {
  int64_t size[4];
  hale_tensor x, baseline, out;
  const float* alpha;
} hale_path;

void hale_path_points(const hale_path* path, int threads);

// sum += weight gradient (x - baseline), with one weight for each n; sum += weight gradient where x
// is absent, and an absent baseline is 0. If sum.stride[0] is 0, all n add into one image, in their
// order.
typedef struct hale_accumulation {
  int64_t size[4];
  hale_tensor gradient, x, baseline, sum;
  const float* weight;
} hale_accumulation;

void hale_accumulate(const hale_accumulation* accumulation, int threads);

// What an attribution costs, of z = scale A: log(1 + e^z); z^2; z where it is above 0, else 0.
enum hale_cost { HALE_COST_SOFTPLUS = 0, HALE_COST_SQUARE = 1, HALE_COST_HINGE = 2 };

// For each n the weighted mean of cost(scale A) over its elements, with the mask (in [0, 1], absent
// for all ones) as the weights, 0 where they sum to 0; and, if derivative is present, the
// derivative of that mean by A, which may lie where A does. cost is one of hale_cost.
// workspace holds hale_constraint_workspace bytes, aligned to 8.
typedef struct hale_constraint {
  int64_t size[4];
  hale_tensor attribution, mask, derivative;
  double* value;
  void* workspace;
  float scale;
  int32_t cost;
} hale_constraint;

int64_t hale_constraint_workspace(const hale_constraint* constraint);
void hale_constrain(const hale_constraint* constraint, int threads);

// From an attribution to a map: the sum over channels; its positive part, if so asked; a Gaussian
// blur that sees only the pixels in the mask (sigma in pixels, 0 for none; cut off at 3 sigma); a
// division by the largest magnitude of the image, if so asked; 0 outside of the mask. mask and map
// are [N, H, W]: their stride[1] is ignored. workspace holds hale_attribution_map_workspace bytes,
// aligned to 4.
typedef struct hale_attribution_map {
  int64_t size[4];
  hale_tensor attribution, map;
  hale_bytes mask;
  void* workspace;
  float sigma;
  int32_t positive, normalise;
} hale_attribution_map;

int64_t hale_attribution_map_workspace(const hale_attribution_map* map);
void hale_map_attribution(const hale_attribution_map* map, int threads);

// ---- Thresholds: see histogram_formula.h ----

// N maps of shape size = {N, A, B, C} (a volume, or size 1 along what there is not) and where to
// look; an absent mask is everywhere.
typedef struct hale_maps {
  int64_t size[4];
  hale_tensor values;
  hale_bytes mask;
} hale_maps;

// The values of one map inside its mask: how many, how many of them are infinite or NaN, and the
// least and the greatest of the others (+infinity and -infinity if there are none).
typedef struct hale_range {
  int64_t count, not_finite;
  float low, high;
} hale_range;

// Results have one entry for each of the N maps.
void hale_map_ranges(const hale_maps* maps, hale_range* ranges, int threads);

// counts[n][bin], of `bins` bins of equal width from ranges[n].low to ranges[n].high; all zero
// where these are equal or there are none. Values must be finite inside the mask.
void hale_map_histograms(const hale_maps* maps, const hale_range* ranges, int64_t bins,
                         int64_t* counts, int threads);

// values[n] is the one of rank ranks[n], from 0, in ascending order of those inside the mask.
// 0 <= rank < count; values must not be NaN. workspace holds hale_map_select_workspace bytes,
// aligned to 8.
int64_t hale_map_select_workspace(const hale_maps* maps);
void hale_map_select(const hale_maps* maps, const int64_t* ranks, float* values, void* workspace,
                     int threads);

// out is 1 where a value inside the mask is strictly greater than thresholds[n], elsewhere 0.
void hale_map_threshold(const hale_maps* maps, const double* thresholds, const hale_bytes* out,
                        int threads);

// The instruction set that the kernels use: "avx512", "avx2", "baseline" on x86-64 and "baseline"
// (which is NEON on arm64) elsewhere. The best that this processor has, unless one was forced.
const char* hale_isa(void);

// Whether this processor has the instructions that make LibTorch quicker in bfloat16: AVX512-BF16.
// On arm64 nobody has measured it, and the answer is 0.
int hale_has_bf16(void);

// Forces an instruction set, for tests and measurements, or the best one for null. Returns 0, or
// -1 (and changes nothing) if this build or this processor does not have it.
int hale_force_isa(const char* name);

#ifdef __cplusplus
}
#endif

#endif  // HALE_H_
