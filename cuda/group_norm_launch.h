// Which kernels of group_norm.cuh serve a normalisation, and their launches.
#ifndef HALE_CUDA_GROUP_NORM_LAUNCH_H_
#define HALE_CUDA_GROUP_NORM_LAUNCH_H_

#include "group_norm_formula.h"
#include "launch.h"

// Whether the channels of a pixel lie adjacent in packs of 16 bytes.
inline bool hale_channels_pack(const hale_group_norm& norm, const hale_storage& t) {
  const int64_t width = norm.bfloat16 != 0 ? 8 : 4;
  return reinterpret_cast<uintptr_t>(t.data) % 16 == 0 && t.stride[1] == 1 &&
         norm.size[1] % width == 0 && t.stride[0] % width == 0 && t.stride[2] % width == 0 &&
         t.stride[3] % width == 0;
}

struct hale_group_norm_plan {
  decltype(HALE_KERNEL(hale_group_norm_settle_float32)) moments, settle, apply;
  unsigned moments_grid, settle_grid, apply_grid;
};

inline hale_group_norm_plan hale_plan_group_norm(const hale_group_norm& norm, bool may_pack) {
  const bool half = norm.bfloat16 != 0;
  const bool packs_x = may_pack && hale_channels_pack(norm, norm.x);
  const bool packs_both = packs_x && hale_channels_pack(norm, norm.y);
  const int64_t images_and_parts = norm.size[0] * hale_group_norm_parts(norm);
  const int64_t elements = norm.size[0] * norm.size[1] * norm.size[2] * norm.size[3];
  hale_group_norm_plan plan = {};
  if (packs_x) {
    plan.moments = half ? HALE_KERNEL(hale_group_norm_moments_channels_last_bfloat16)
                        : HALE_KERNEL(hale_group_norm_moments_channels_last_float32);
  } else {
    plan.moments = half ? HALE_KERNEL(hale_group_norm_moments_strided_bfloat16)
                        : HALE_KERNEL(hale_group_norm_moments_strided_float32);
  }
  plan.settle = half ? HALE_KERNEL(hale_group_norm_settle_bfloat16)
                     : HALE_KERNEL(hale_group_norm_settle_float32);
  if (packs_both) {
    plan.apply = half ? HALE_KERNEL(hale_group_norm_apply_channels_last_bfloat16)
                      : HALE_KERNEL(hale_group_norm_apply_channels_last_float32);
  } else {
    plan.apply = half ? HALE_KERNEL(hale_group_norm_apply_strided_bfloat16)
                      : HALE_KERNEL(hale_group_norm_apply_strided_float32);
  }
  plan.moments_grid =
      static_cast<unsigned>(packs_x ? images_and_parts : images_and_parts * norm.size[1]);
  plan.settle_grid = hale_cuda_grid(norm.size[0] * norm.groups * 32);  // a warp for each group
  plan.apply_grid = hale_cuda_grid(packs_both ? elements / (half ? 8 : 4) : elements);
  return plan;
}

template <typename Launch>
void hale_launch_group_norm(const hale_group_norm& norm, Launch&& launch) {
  if (norm.size[0] * norm.size[1] * norm.size[2] * norm.size[3] == 0) return;
  const hale_group_norm_plan plan = hale_plan_group_norm(norm, true);
  launch(plan.moments, plan.moments_grid, norm);
  launch(plan.settle, plan.settle_grid, norm);
  launch(plan.apply, plan.apply_grid, norm);
}

#endif  // HALE_CUDA_GROUP_NORM_LAUNCH_H_
