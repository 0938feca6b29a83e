// Which kernels of group_norm.cuh and group_norm_backward.cuh serve a derivative, and their
// launches.
#ifndef HALE_CUDA_GROUP_NORM_BACKWARD_LAUNCH_H_
#define HALE_CUDA_GROUP_NORM_BACKWARD_LAUNCH_H_

#include "group_norm_launch.h"

struct hale_group_norm_backward_plan {
  hale_group_norm_plan forward;  // its apply is not for use
  decltype(HALE_KERNEL(hale_group_norm_settle_slopes_float32)) slopes, settle;
  decltype(HALE_KERNEL(hale_group_norm_backward_strided_float32)) apply;
  hale_cut apply_cut;
  unsigned slopes_grid, apply_grid;
};

inline hale_group_norm_backward_plan hale_plan_group_norm_backward(
    const hale_group_norm_backward& backward, hale_norm_walk best) {
  const hale_group_norm& norm = backward.norm;
  const bool half = norm.bfloat16 != 0;
  const bool packs_in = best >= HALE_NORM_PACKED && hale_channels_pack(norm, norm.x) &&
                        hale_channels_pack(norm, backward.by_y);
  const bool packs_all = packs_in && hale_channels_pack(norm, backward.by_x);
  const int64_t images = norm.size[0], channels = norm.size[1];
  hale_group_norm_backward_plan plan = {};
  plan.forward = hale_plan_group_norm(norm, packs_in ? HALE_NORM_PACKED : HALE_NORM_STRIDED);
  plan.apply_cut = hale_cut_of_results(norm, packs_all ? channels / hale_pack_width(norm) : 1);
  if (packs_in) {
    plan.slopes = half ? HALE_KERNEL(hale_group_norm_slopes_channels_last_bfloat16)
                       : HALE_KERNEL(hale_group_norm_slopes_channels_last_float32);
  } else {
    plan.slopes = half ? HALE_KERNEL(hale_group_norm_slopes_strided_bfloat16)
                       : HALE_KERNEL(hale_group_norm_slopes_strided_float32);
  }
  plan.settle = half ? HALE_KERNEL(hale_group_norm_settle_slopes_bfloat16)
                     : HALE_KERNEL(hale_group_norm_settle_slopes_float32);
  if (packs_all) {
    plan.apply = half ? HALE_KERNEL(hale_group_norm_backward_channels_last_bfloat16)
                      : HALE_KERNEL(hale_group_norm_backward_channels_last_float32);
  } else {
    plan.apply = half ? HALE_KERNEL(hale_group_norm_backward_strided_bfloat16)
                      : HALE_KERNEL(hale_group_norm_backward_strided_float32);
  }
  plan.slopes_grid =
      static_cast<unsigned>(images * plan.forward.moments_cut.parts * (packs_in ? 1 : channels));
  plan.apply_grid =
      static_cast<unsigned>(images * plan.apply_cut.parts * (packs_all ? 1 : channels));
  return plan;
}

template <typename Launch>
void hale_launch_group_norm_backward(const hale_group_norm_backward& backward, Launch&& launch) {
  const hale_group_norm& norm = backward.norm;
  if (norm.size[0] * norm.size[1] * norm.size[2] * norm.size[3] == 0) return;
  const hale_group_norm_backward_plan plan =
      hale_plan_group_norm_backward(backward, HALE_NORM_PACKED);
  const hale_cut cut = plan.forward.moments_cut;
  launch(plan.forward.moments, plan.forward.moments_grid, norm, cut);
  launch(plan.forward.settle, plan.forward.settle_grid, norm, cut);
  launch(plan.slopes, plan.slopes_grid, backward, cut);
  launch(plan.settle, plan.forward.settle_grid, backward, cut);
  launch(plan.apply, plan.apply_grid, backward, cut, plan.apply_cut);
}

#endif  // HALE_CUDA_GROUP_NORM_BACKWARD_LAUNCH_H_
