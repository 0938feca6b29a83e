// The launches of histogram.cuh. All pointers are the device's.
#ifndef HALE_CUDA_HISTOGRAM_LAUNCH_H_
#define HALE_CUDA_HISTOGRAM_LAUNCH_H_

#include "histogram_formula.h"
#include "launch.h"

inline int64_t hale_map_blocks(const hale_maps& m) {
  const int64_t blocks = (m.size[1] * m.size[2] * m.size[3] + 8191) / 8192;
  return blocks < 1 ? 1 : blocks < 64 ? blocks : 64;
}

inline bool hale_no_voxels(const hale_maps& m) {
  return m.size[0] * m.size[1] * m.size[2] * m.size[3] == 0;
}

template <typename Launch>
void hale_launch_map_ranges(const hale_maps& m, hale_range* ranges, Launch&& launch) {
  if (m.size[0] == 0) return;
  launch(HALE_KERNEL(hale_map_begin_ranges), hale_cuda_grid(m.size[0]), ranges, m.size[0]);
  if (hale_no_voxels(m)) return;
  const int64_t blocks = hale_map_blocks(m);
  launch(HALE_KERNEL(hale_map_range), static_cast<unsigned>(m.size[0] * blocks), m, ranges, blocks);
}

template <typename Launch>
void hale_launch_map_histograms(const hale_maps& m, const hale_range* ranges, int64_t bins,
                                int64_t* counts, Launch&& launch) {
  if (m.size[0] == 0) return;
  launch(HALE_KERNEL(hale_map_begin_counts), hale_cuda_grid(m.size[0] * bins), counts,
         m.size[0] * bins);
  if (hale_no_voxels(m)) return;
  const int64_t blocks = hale_map_blocks(m);
  launch(HALE_KERNEL(hale_map_bins), static_cast<unsigned>(m.size[0] * blocks), m, ranges, bins,
         counts, blocks);
}

// The workspace is hale_map_select_workspace's.
template <typename Launch>
void hale_launch_map_select(const hale_maps& m, const int64_t* ranks, float* values,
                            void* workspace, Launch&& launch) {
  if (hale_no_voxels(m)) return;
  int64_t* const counts = static_cast<int64_t*>(workspace);
  const int64_t counters = m.size[0] * HALE_DIGITS;
  hale_selection* const found = reinterpret_cast<hale_selection*>(counts + counters);
  const int64_t blocks = hale_map_blocks(m);
  const unsigned maps = static_cast<unsigned>(m.size[0]);
  launch(HALE_KERNEL(hale_map_begin_counts), hale_cuda_grid(counters), counts, counters);
  launch(HALE_KERNEL(hale_map_begin_selection), hale_cuda_grid(maps), found, ranks, m.size[0]);
  for (int pass = 0; pass < HALE_DIGIT_PASSES; ++pass) {
    launch(HALE_KERNEL(hale_map_digits), static_cast<unsigned>(m.size[0] * blocks), m, found, pass,
           counts, blocks);
    launch(HALE_KERNEL(hale_map_choose), maps, counts, found, values, pass);
  }
}

template <typename Launch>
void hale_launch_map_threshold(const hale_maps& m, const double* thresholds, const hale_bytes& out,
                               Launch&& launch) {
  if (hale_no_voxels(m)) return;
  const int64_t voxels = m.size[0] * m.size[1] * m.size[2] * m.size[3];
  launch(HALE_KERNEL(hale_map_mark), hale_cuda_grid(voxels), m, thresholds, out);
}

#endif  // HALE_CUDA_HISTOGRAM_LAUNCH_H_
