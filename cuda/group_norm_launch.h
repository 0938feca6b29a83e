// Which kernels of group_norm.cuh serve a normalisation, and their launches.
#ifndef HALE_CUDA_GROUP_NORM_LAUNCH_H_
#define HALE_CUDA_GROUP_NORM_LAUNCH_H_

#include "group_norm_cut.h"
#include "launch.h"

// The slowest serves everything, the others what allows them.
enum hale_norm_walk { HALE_NORM_STRIDED, HALE_NORM_PACKED, HALE_NORM_WHOLE };

// Whether the channels of a pixel lie adjacent in packs of 16 bytes, and rows without gaps.
inline bool hale_channels_pack(const hale_group_norm& norm, const hale_storage& t) {
  const int64_t width = hale_pack_width(norm);
  return reinterpret_cast<uintptr_t>(t.data) % 16 == 0 && t.stride[1] == 1 &&
         norm.size[1] % width == 0 && t.stride[0] % width == 0 && t.stride[3] % width == 0 &&
         t.stride[2] == norm.size[3] * t.stride[3];
}

// By how many blocks an image is normalised in one launch; 0 where three are better: too many
// pixels for a block, of which fewer are too many where there are few blocks.
inline int64_t hale_norm_slabs(const hale_group_norm& norm) {
  const int width = hale_pack_width(norm), slab = hale_slab_of(norm);
  if (slab % (2 * width) != 0 || slab % (norm.size[1] / norm.groups) != 0 ||
      norm.size[1] % slab != 0 || slab > HALE_CUDA_BLOCK) {
    return 0;
  }
  const int64_t slabs = norm.size[1] / slab, lanes = HALE_CUDA_BLOCK / (slab / width);
  const int64_t turns = (norm.size[2] * norm.size[3] + lanes - 1) / lanes;
  return turns <= 16 || (turns <= 32 && norm.size[0] * slabs >= 128) ? slabs : 0;
}

struct hale_group_norm_plan {
  decltype(HALE_KERNEL(hale_group_norm_whole_float32)) whole;
  decltype(HALE_KERNEL(hale_group_norm_settle_float32)) moments, settle;
  decltype(HALE_KERNEL(hale_group_norm_apply_strided_float32)) apply;
  hale_cut moments_cut, apply_cut;
  unsigned whole_grid, moments_grid, settle_grid, apply_grid;  // whole_grid: 0 for the others
};

// `best` is the quickest walk that may be taken.
inline hale_group_norm_plan hale_plan_group_norm(const hale_group_norm& norm, hale_norm_walk best) {
  const bool half = norm.bfloat16 != 0;
  const bool packs_x = best >= HALE_NORM_PACKED && hale_channels_pack(norm, norm.x);
  const bool packs_both = packs_x && hale_channels_pack(norm, norm.y);
  hale_group_norm_plan plan = {};
  plan.moments_cut = hale_cut_of_moments(norm, packs_x);
  plan.apply_cut = hale_cut_of_results(norm, packs_both ? norm.size[1] / hale_pack_width(norm) : 1);
  plan.whole = half ? HALE_KERNEL(hale_group_norm_whole_bfloat16)
                    : HALE_KERNEL(hale_group_norm_whole_float32);
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
  const int64_t images = norm.size[0], channels = norm.size[1];
  if (packs_both && best == HALE_NORM_WHOLE) {
    plan.whole_grid = static_cast<unsigned>(images * hale_norm_slabs(norm));
  }
  plan.moments_grid =
      static_cast<unsigned>(images * plan.moments_cut.parts * (packs_x ? 1 : channels));
  plan.settle_grid = static_cast<unsigned>(images * norm.groups);
  plan.apply_grid =
      static_cast<unsigned>(images * plan.apply_cut.parts * (packs_both ? 1 : channels));
  return plan;
}

template <typename Launch>
void hale_launch_group_norm(const hale_group_norm& norm, Launch&& launch) {
  if (norm.size[0] * norm.size[1] * norm.size[2] * norm.size[3] == 0) return;
  const hale_group_norm_plan plan = hale_plan_group_norm(norm, HALE_NORM_WHOLE);
  if (plan.whole_grid > 0) {
    launch(plan.whole, plan.whole_grid, norm);
    return;
  }
  launch(plan.moments, plan.moments_grid, norm, plan.moments_cut);
  launch(plan.settle, plan.settle_grid, norm, plan.moments_cut);
  launch(plan.apply, plan.apply_grid, norm, plan.moments_cut, plan.apply_cut);
}

#endif  // HALE_CUDA_GROUP_NORM_LAUNCH_H_
