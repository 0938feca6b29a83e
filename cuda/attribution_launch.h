// Which walk of attribution.cuh the tensors allow, and the launches.
#ifndef HALE_CUDA_ATTRIBUTION_LAUNCH_H_
#define HALE_CUDA_ATTRIBUTION_LAUNCH_H_

#include "launch.h"

#define HALE_CONSTRAINT_BLOCKS 64  // for each image, at most

// Whether images of all these tensors are plain arrays in one order, in packs of 16 bytes.
inline bool hale_lie_alike(const int64_t size[4], const hale_tensor* const* tensors, int count) {
  const hale_tensor* first = nullptr;
  for (int i = 0; i < count; ++i) {
    const hale_tensor& t = *tensors[i];
    if (t.data == nullptr) continue;
    if (reinterpret_cast<uintptr_t>(t.data) % 16 != 0 || t.stride[0] % 4 != 0) return false;
    if (first == nullptr) first = &t;
    for (int axis = 1; axis < 4; ++axis) {
      if (size[axis] > 1 && t.stride[axis] != first->stride[axis]) return false;
    }
  }
  // Without gaps: from the innermost axis on, each stride is the product of the sizes within.
  int64_t within = 1;
  for (int found = 0; found < 3; ++found) {
    for (int axis = 1; axis < 4; ++axis) {
      if (size[axis] > 1 && first->stride[axis] == within) {
        within *= size[axis];
        break;
      }
    }
  }
  return within == size[1] * size[2] * size[3] && within % 4 == 0;
}

inline bool hale_is_flat(const hale_path& p) {
  const hale_tensor* all[] = {&p.x, &p.baseline, &p.out};
  return hale_lie_alike(p.size, all, 3);
}

inline bool hale_is_flat(const hale_accumulation& a) {
  const hale_tensor* all[] = {&a.gradient, &a.x, &a.baseline, &a.sum};
  return hale_lie_alike(a.size, all, 4);
}

inline bool hale_is_flat(const hale_constraint& c) {
  const hale_tensor* all[] = {&c.attribution, &c.mask, &c.derivative};
  return hale_lie_alike(c.size, all, 3);
}

// Blocks for each image of the constraint, and the bytes of its workspace.
inline int64_t hale_constraint_blocks(const hale_constraint& c) {
  const int64_t blocks = (c.size[1] * c.size[2] * c.size[3] + 4095) / 4096;
  return blocks < 1 ? 1 : blocks < HALE_CONSTRAINT_BLOCKS ? blocks : HALE_CONSTRAINT_BLOCKS;
}

inline int64_t hale_cuda_constraint_workspace(const hale_constraint& c) {
  return 2 * c.size[0] * hale_constraint_blocks(c) * static_cast<int64_t>(sizeof(double));
}

template <typename Launch>
void hale_launch_path_points(const hale_path& p, Launch&& launch) {
  const int64_t elements = p.size[0] * p.size[1] * p.size[2] * p.size[3];
  if (elements == 0) return;
  if (hale_is_flat(p)) {
    launch(HALE_KERNEL(hale_path_points_flat), hale_cuda_grid(elements / 4), p);
  } else {
    launch(HALE_KERNEL(hale_path_points_strided), hale_cuda_grid(elements), p);
  }
}

template <typename Launch>
void hale_launch_accumulate(const hale_accumulation& a, Launch&& launch) {
  const int64_t elements = a.size[0] * a.size[1] * a.size[2] * a.size[3];
  if (elements == 0) return;
  const int64_t items = a.sum.stride[0] == 0 ? elements / a.size[0] : elements;
  if (hale_is_flat(a)) {
    launch(HALE_KERNEL(hale_accumulate_flat), hale_cuda_grid(items / 4), a);
  } else {
    launch(HALE_KERNEL(hale_accumulate_strided), hale_cuda_grid(items), a);
  }
}

template <typename Launch>
void hale_launch_constrain(const hale_constraint& c, Launch&& launch) {
  if (c.size[0] == 0) return;
  const int64_t blocks = hale_constraint_blocks(c);
  const unsigned grid = static_cast<unsigned>(c.size[0] * blocks);
  if (hale_is_flat(c)) {
    launch(HALE_KERNEL(hale_constraint_count_flat), grid, c, blocks);
    launch(HALE_KERNEL(hale_constraint_cost_flat), grid, c, blocks);
  } else {
    launch(HALE_KERNEL(hale_constraint_count_strided), grid, c, blocks);
    launch(HALE_KERNEL(hale_constraint_cost_strided), grid, c, blocks);
  }
  launch(HALE_KERNEL(hale_constraint_means), hale_cuda_grid(c.size[0]), c, blocks);
}

#endif  // HALE_CUDA_ATTRIBUTION_LAUNCH_H_
