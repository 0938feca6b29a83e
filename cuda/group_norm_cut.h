// How the pixels of an image are shared among blocks, and how much workspace that takes.
#ifndef HALE_CUDA_GROUP_NORM_CUT_H_
#define HALE_CUDA_GROUP_NORM_CUT_H_

#include "group_norm_formula.h"
#include "launch.h"

// Parts of as many pixels, of which the last may have fewer.
typedef struct hale_cut {
  unsigned parts, pixels;
} hale_cut;

// How many channels are 16 bytes.
HALE_HD int hale_pack_width(const hale_group_norm& norm) { return norm.bfloat16 != 0 ? 8 : 4; }

// How many channels one block normalises by itself: whole groups, and whole sectors of memory, two
// packs. A block that took half a sector of each pixel reached half the bandwidth
// (docs/lab/gpu-roofline.md).
HALE_HD int hale_slab_of(const hale_group_norm& norm) {
  const int in_group = static_cast<int>(norm.size[1] / norm.groups);
  const int in_sector = 2 * hale_pack_width(norm);
  return in_group > in_sector ? in_group : in_sector;
}

#ifndef __CUDACC_RTC__

// Into at most `wanted` parts, none of them empty; of no pixels, into one.
inline hale_cut hale_cut_of(int64_t area, int64_t wanted) {
  if (area == 0) return {1, 1};
  const int64_t parts = wanted < 1 ? 1 : wanted < area ? wanted : area;
  const int64_t pixels = (area + parts - 1) / parts;
  return {static_cast<unsigned>((area + pixels - 1) / pixels), static_cast<unsigned>(pixels)};
}

// Of which a block takes the moments: functions of the size alone, so that the sums are, too.
// Channels-last, a block has all channels of its pixels; with any strides, one.
inline hale_cut hale_cut_of_moments(const hale_group_norm& norm, bool packed) {
  const int64_t area = norm.size[2] * norm.size[3];
  const int64_t wanted =
      packed ? area * norm.size[1] / (64 * HALE_CUDA_BLOCK) : area / (8 * HALE_CUDA_BLOCK);
  return hale_cut_of(area, wanted < 128 ? wanted : 128);
}

// Of which a block writes what `packs` threads at a time write of a pixel, about eight times each.
inline hale_cut hale_cut_of_results(const hale_group_norm& norm, int64_t packs) {
  const int64_t area = norm.size[2] * norm.size[3];
  return hale_cut_of(area, area * packs / (8 * HALE_CUDA_BLOCK));
}

inline int64_t hale_cuda_group_norm_parts(const hale_group_norm& norm) {
  const int64_t packed = hale_cut_of_moments(norm, true).parts;
  const int64_t strided = hale_cut_of_moments(norm, false).parts;
  return packed > strided ? packed : strided;
}

// Two doubles for each part of each channel, then three floats for each channel.
inline int64_t hale_cuda_group_norm_workspace(const hale_group_norm& norm) {
  return norm.size[0] * norm.size[1] * (hale_cuda_group_norm_parts(norm) * 16 + 12);
}

// Likewise, with two floats; beside that of the normalisation.
inline int64_t hale_cuda_group_norm_backward_workspace(const hale_group_norm& norm) {
  return norm.size[0] * norm.size[1] * (hale_cuda_group_norm_parts(norm) * 16 + 8);
}

#endif  // __CUDACC_RTC__

#endif  // HALE_CUDA_GROUP_NORM_CUT_H_
