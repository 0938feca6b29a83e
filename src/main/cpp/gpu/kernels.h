// The kernels of cuda/*.cuh, as the host sees them: a name in a compiled module, and the types of
// the parameters, to which arguments are converted before they are packed.
#ifndef HALE_GPU_KERNELS_H_
#define HALE_GPU_KERNELS_H_

#include "hale.h"
#include "histogram_formula.h"

template <typename... Parameters>
struct hale_kernel {
  const char* name;
};

template <typename... Parameters>
hale_kernel<Parameters...> hale_kernel_of(void (*)(Parameters...), const char* name);

// For the plans of cuda/*_launch.h. The declarations below lend their types; nothing calls them.
#define HALE_KERNEL(name) (decltype(hale_kernel_of(&name, nullptr)){#name})

#include "group_norm_cut.h"  // after the word, which launch.h would define otherwise

extern "C" {

void hale_denoise_step_strided(hale_step, hale_step_coefficients);
void hale_denoise_step_planar(hale_step, hale_step_coefficients);
void hale_denoise_step_channels_last(hale_step, hale_step_coefficients);
void hale_denoise_step_composed_strided(hale_step, hale_step_coefficients);
void hale_denoise_step_composed_planar(hale_step, hale_step_coefficients);
void hale_denoise_step_composed_channels_last(hale_step, hale_step_coefficients);
void hale_group_norm_moments_channels_last_float32(hale_group_norm, hale_cut);
void hale_group_norm_moments_strided_float32(hale_group_norm, hale_cut);
void hale_group_norm_settle_float32(hale_group_norm, hale_cut);
void hale_group_norm_apply_channels_last_float32(hale_group_norm, hale_cut, hale_cut);
void hale_group_norm_apply_strided_float32(hale_group_norm, hale_cut, hale_cut);
void hale_group_norm_moments_channels_last_bfloat16(hale_group_norm, hale_cut);
void hale_group_norm_moments_strided_bfloat16(hale_group_norm, hale_cut);
void hale_group_norm_settle_bfloat16(hale_group_norm, hale_cut);
void hale_group_norm_apply_channels_last_bfloat16(hale_group_norm, hale_cut, hale_cut);
void hale_group_norm_apply_strided_bfloat16(hale_group_norm, hale_cut, hale_cut);
void hale_group_norm_whole_float32(hale_group_norm);
void hale_group_norm_whole_bfloat16(hale_group_norm);
void hale_group_norm_slopes_channels_last_float32(hale_group_norm_backward, hale_cut);
void hale_group_norm_slopes_strided_float32(hale_group_norm_backward, hale_cut);
void hale_group_norm_settle_slopes_float32(hale_group_norm_backward, hale_cut);
void hale_group_norm_backward_channels_last_float32(hale_group_norm_backward, hale_cut, hale_cut);
void hale_group_norm_backward_strided_float32(hale_group_norm_backward, hale_cut, hale_cut);
void hale_group_norm_slopes_channels_last_bfloat16(hale_group_norm_backward, hale_cut);
void hale_group_norm_slopes_strided_bfloat16(hale_group_norm_backward, hale_cut);
void hale_group_norm_settle_slopes_bfloat16(hale_group_norm_backward, hale_cut);
void hale_group_norm_backward_channels_last_bfloat16(hale_group_norm_backward, hale_cut, hale_cut);
void hale_group_norm_backward_strided_bfloat16(hale_group_norm_backward, hale_cut, hale_cut);
void hale_path_points_flat(hale_path);
void hale_accumulate_flat(hale_accumulation);
void hale_constraint_count_flat(hale_constraint, int64_t);
void hale_constraint_cost_flat(hale_constraint, int64_t);
void hale_path_points_strided(hale_path);
void hale_accumulate_strided(hale_accumulation);
void hale_constraint_count_strided(hale_constraint, int64_t);
void hale_constraint_cost_strided(hale_constraint, int64_t);
void hale_constraint_means(hale_constraint, int64_t);
void hale_map_sums(hale_attribution_map);
void hale_map_along(hale_attribution_map);
void hale_map_across(hale_attribution_map);
void hale_map_normalise(hale_attribution_map);
void hale_map_begin_ranges(hale_range*, int64_t);
void hale_map_begin_counts(int64_t*, int64_t);
void hale_map_begin_selection(hale_selection*, const int64_t*, int64_t);
void hale_map_range(hale_maps, hale_range*, int64_t);
void hale_map_bins(hale_maps, const hale_range*, int64_t, int64_t*, int64_t);
void hale_map_digits(hale_maps, const hale_selection*, int, int64_t*, int64_t);
void hale_map_choose(int64_t*, hale_selection*, float*, int);
void hale_map_mark(hale_maps, const double*, hale_bytes);

}  // extern "C"

#endif  // HALE_GPU_KERNELS_H_
