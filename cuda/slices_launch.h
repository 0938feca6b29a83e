// Which walk of slices.cuh the images of a preparation allow, and its launch.
#ifndef HALE_CUDA_SLICES_LAUNCH_H_
#define HALE_CUDA_SLICES_LAUNCH_H_

#include "launch.h"

// Whether the channels of a pixel are written in aligned packs of 4.
inline bool hale_slices_pack(const hale_slices& s) {
  const int64_t *const stride = s.out.stride, bytes = s.bfloat16 != 0 ? 8 : 16;
  return reinterpret_cast<uintptr_t>(s.out.data) % bytes == 0 && stride[1] == 1 &&
         s.size[1] % 4 == 0 && stride[0] % 4 == 0 && stride[2] % 4 == 0 && stride[3] % 4 == 0;
}

struct hale_slices_plan {
  decltype(HALE_KERNEL(hale_prepare_slices_strided_float32)) kernel;
  unsigned grid;
};

inline hale_slices_plan hale_plan_slices(const hale_slices& s, bool may_pack) {
  const bool half = s.bfloat16 != 0, packs = may_pack && hale_slices_pack(s);
  const int64_t elements = s.size[0] * s.size[1] * s.padded[0] * s.padded[1];
  hale_slices_plan plan = {};
  if (packs) {
    plan.kernel = half ? HALE_KERNEL(hale_prepare_slices_channels_last_bfloat16)
                       : HALE_KERNEL(hale_prepare_slices_channels_last_float32);
  } else {
    plan.kernel = half ? HALE_KERNEL(hale_prepare_slices_strided_bfloat16)
                       : HALE_KERNEL(hale_prepare_slices_strided_float32);
  }
  plan.grid = hale_cuda_grid(packs ? elements / 4 : elements);
  return plan;
}

template <typename Launch>
void hale_launch_prepare_slices(const hale_slices& s, Launch&& launch) {
  if (s.size[0] * s.size[1] * s.padded[0] * s.padded[1] == 0) return;
  const hale_slices_plan plan = hale_plan_slices(s, true);
  launch(plan.kernel, plan.grid, s);
}

#endif  // HALE_CUDA_SLICES_LAUNCH_H_
