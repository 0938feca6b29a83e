// The launches of attribution_map.cuh.
#ifndef HALE_CUDA_ATTRIBUTION_MAP_LAUNCH_H_
#define HALE_CUDA_ATTRIBUTION_MAP_LAUNCH_H_

#include "launch.h"

template <typename Launch>
void hale_launch_map_attribution(const hale_attribution_map& m, Launch&& launch) {
  const int64_t pixels = m.size[0] * m.size[2] * m.size[3];
  if (pixels == 0) return;
  const unsigned grid = hale_cuda_grid(pixels);
  launch(HALE_KERNEL(hale_map_sums), grid, m);
  launch(HALE_KERNEL(hale_map_along), grid, m);
  launch(HALE_KERNEL(hale_map_across), grid, m);
  if (m.normalise != 0) launch(HALE_KERNEL(hale_map_normalise), grid, m);
}

#endif  // HALE_CUDA_ATTRIBUTION_MAP_LAUNCH_H_
