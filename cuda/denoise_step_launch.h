// Which walk of denoise_step.cuh the tensors of a step allow, and its launch.
#ifndef HALE_CUDA_DENOISE_STEP_LAUNCH_H_
#define HALE_CUDA_DENOISE_STEP_LAUNCH_H_

#include "launch.h"

enum hale_step_walk { HALE_WALK_STRIDED, HALE_WALK_PLANAR, HALE_WALK_CHANNELS_LAST };

// Whether packs of 4 along `axis` lie adjacent and aligned in memory (true for an absent tensor).
inline bool hale_packs_of_4(const hale_tensor& t, int axis) {
  if (t.data == nullptr) return true;
  if (reinterpret_cast<uintptr_t>(t.data) % 16 != 0 || t.stride[axis] != 1) return false;
  for (int other = 0; other < 4; ++other) {
    if (other != axis && t.stride[other] % 4 != 0) return false;
  }
  return true;
}

inline hale_step_walk hale_choose_walk(const hale_step& s) {
  const auto all_pack = [&](int axis) {
    const hale_tensor* tensors[] = {&s.x,    &s.output,  &s.gradient, &s.noise,
                                    &s.next, &s.pred_x0, &s.outside};
    for (const hale_tensor* t : tensors) {
      if (!hale_packs_of_4(*t, axis)) return false;
    }
    return s.size[axis] % 4 == 0;
  };
  const auto plane_packs = [](hale_tensor plane) {  // one for all channels
    plane.stride[1] = 0;
    return hale_packs_of_4(plane, 3);
  };
  if (all_pack(3) && plane_packs(s.gate)) return HALE_WALK_PLANAR;
  if (all_pack(1)) return HALE_WALK_CHANNELS_LAST;  // the gate is read by single pixels there
  return HALE_WALK_STRIDED;
}

inline int64_t hale_walk_items(const hale_step& s, hale_step_walk walk) {
  const int64_t pixels = s.size[0] * s.size[2] * s.size[3];
  return walk == HALE_WALK_PLANAR ? pixels / 4 : pixels;
}

template <typename Launch>
void hale_launch_denoise_step(const hale_step& s, const hale_step_coefficients& k,
                              Launch&& launch) {
  const hale_step_walk walk = hale_choose_walk(s);
  const int64_t items = hale_walk_items(s, walk);
  if (items == 0 || s.size[1] == 0) return;
  const int64_t blocks = (items + HALE_CUDA_BLOCK - 1) / HALE_CUDA_BLOCK;
  const unsigned grid = static_cast<unsigned>(blocks < (1 << 20) ? blocks : (1 << 20));
  const bool composes = s.gate.data != nullptr;
  const auto either = [&](auto plain, auto composed) {
    return launch(composes ? composed : plain, grid, s, k);
  };
  switch (walk) {
    case HALE_WALK_PLANAR:
      return either(HALE_KERNEL(hale_denoise_step_planar),
                    HALE_KERNEL(hale_denoise_step_composed_planar));
    case HALE_WALK_CHANNELS_LAST:
      return either(HALE_KERNEL(hale_denoise_step_channels_last),
                    HALE_KERNEL(hale_denoise_step_composed_channels_last));
    case HALE_WALK_STRIDED:
      return either(HALE_KERNEL(hale_denoise_step_strided),
                    HALE_KERNEL(hale_denoise_step_composed_strided));
  }
}

#endif  // HALE_CUDA_DENOISE_STEP_LAUNCH_H_
