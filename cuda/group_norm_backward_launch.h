// Which kernels of group_norm.cuh and group_norm_backward.cuh serve a derivative, and their
// launches.
#ifndef HALE_CUDA_GROUP_NORM_BACKWARD_LAUNCH_H_
#define HALE_CUDA_GROUP_NORM_BACKWARD_LAUNCH_H_

#include "group_norm_launch.h"

struct hale_group_norm_backward_plan {
  hale_group_norm_plan forward;  // its apply is not for use
  decltype(HALE_KERNEL(hale_group_norm_settle_slopes_float32)) slopes, settle, apply;
  unsigned slopes_grid, apply_grid;
};

inline hale_group_norm_backward_plan hale_plan_group_norm_backward(
    const hale_group_norm_backward& backward, bool may_pack) {
  const hale_group_norm& norm = backward.norm;
  const bool half = norm.bfloat16 != 0;
  const bool packs_in =
      may_pack && hale_channels_pack(norm, norm.x) && hale_channels_pack(norm, backward.by_y);
  const bool packs_all = packs_in && hale_channels_pack(norm, backward.by_x);
  const int64_t images_and_parts = norm.size[0] * hale_group_norm_parts(norm);
  const int64_t elements = norm.size[0] * norm.size[1] * norm.size[2] * norm.size[3];
  hale_group_norm_backward_plan plan = {};
  plan.forward = hale_plan_group_norm(norm, may_pack);
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
      static_cast<unsigned>(packs_in ? images_and_parts : images_and_parts * norm.size[1]);
  plan.apply_grid = hale_cuda_grid(packs_all ? elements / (half ? 8 : 4) : elements);
  return plan;
}

template <typename Launch>
void hale_launch_group_norm_backward(const hale_group_norm_backward& backward, Launch&& launch) {
  const hale_group_norm& norm = backward.norm;
  if (norm.size[0] * norm.size[1] * norm.size[2] * norm.size[3] == 0) return;
  const hale_group_norm_backward_plan plan = hale_plan_group_norm_backward(backward, true);
  launch(plan.forward.moments, plan.forward.moments_grid, norm);
  launch(plan.forward.settle, plan.forward.settle_grid, norm);
  launch(plan.slopes, plan.slopes_grid, backward);
  launch(plan.settle, plan.forward.settle_grid, backward);
  launch(plan.apply, plan.apply_grid, backward);
}

#endif  // HALE_CUDA_GROUP_NORM_BACKWARD_LAUNCH_H_
