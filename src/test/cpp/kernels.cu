// Compiled, not run, where nvcc is found: instantiates every kernel and its launcher.
#include "attribution.cuh"
#include "attribution_map.cuh"
#include "denoise_step.cuh"
#include "group_norm.cuh"
#include "group_norm_backward.cuh"
#include "histogram.cuh"

struct every_launcher {
  decltype(&hale_cuda_denoise_step) denoise_step = hale_cuda_denoise_step;
  decltype(&hale_cuda_normalise_groups) normalise_groups = hale_cuda_normalise_groups;
  decltype(&hale_cuda_normalise_groups_backward) normalise_groups_backward =
      hale_cuda_normalise_groups_backward;
  decltype(&hale_cuda_path_points) path_points = hale_cuda_path_points;
  decltype(&hale_cuda_accumulate) accumulate = hale_cuda_accumulate;
  decltype(&hale_cuda_constrain) constrain = hale_cuda_constrain;
  decltype(&hale_cuda_map_attribution) map_attribution = hale_cuda_map_attribution;
  decltype(&hale_cuda_map_ranges) map_ranges = hale_cuda_map_ranges;
  decltype(&hale_cuda_map_histograms) map_histograms = hale_cuda_map_histograms;
  decltype(&hale_cuda_map_select) map_select = hale_cuda_map_select;
  decltype(&hale_cuda_map_threshold) map_threshold = hale_cuda_map_threshold;
};

every_launcher compile_check() { return {}; }
