// The derivative of group normalisation on a GPU: x is read three times, dL/dy twice, dL/dx written
// once, 24 bytes for each element of float32. The moments are taken anew by the kernels of
// group_norm.cuh, so that nothing but x need be kept from the way forward.
//
//   moments, settle   those of group_norm.cuh
//   slopes            the sums of s and s d, by blocks as the moments are
//   settle_slopes     one warp for each group joins them in double precision
//   backward          a grid-stride loop over packs of 16 bytes, or elements
//
// Nothing is added up atomically: results repeat to the bit.
#ifndef HALE_CUDA_GROUP_NORM_BACKWARD_CUH_
#define HALE_CUDA_GROUP_NORM_BACKWARD_CUH_

#include "group_norm.cuh"

__device__ inline hale_slopes* hale_slopes_at(const hale_group_norm_backward& backward, int64_t n,
                                              int64_t part) {
  const int64_t parts = hale_group_norm_parts(backward.norm);
  return static_cast<hale_slopes*>(backward.workspace) + (n * parts + part) * backward.norm.size[1];
}

// Two floats for each channel: means, slopes.
__device__ inline float* hale_gradients_at(const hale_group_norm_backward& backward, int64_t n) {
  return reinterpret_cast<float*>(hale_slopes_at(backward, backward.norm.size[0], 0)) +
         n * 2 * backward.norm.size[1];
}

// Block (n, part). Threads are `lanes` pixels x the packs of a pixel.
template <typename T>
__device__ void hale_slopes_of_pixels(const hale_group_norm_backward& backward) {
  constexpr int kWidth = hale_pack16<T>::kWidth;
  HALE_SHARED(float, sums, HALE_CUDA_BLOCK* kWidth);
  HALE_SHARED(float, dots, HALE_CUDA_BLOCK* kWidth);
  const hale_group_norm& norm = backward.norm;
  const int64_t parts = hale_group_norm_parts(norm), n = blockIdx.x / parts;
  const int64_t part = blockIdx.x % parts;
  const int64_t begin = hale_part_begin(norm, part), end = hale_part_begin(norm, part + 1);
  const int packs = static_cast<int>(norm.size[1] / kWidth);
  const int across = packs < HALE_CUDA_BLOCK ? packs : HALE_CUDA_BLOCK;
  const int lanes = HALE_CUDA_BLOCK / across;
  const int column = threadIdx.x % across, lane = threadIdx.x / across;
  for (int first = 0; first < packs; first += across) {
    const int pack = first + column;
    hale_pack16<T> sum = {}, dot = {};
    if (lane < lanes && pack < packs) {
      const int64_t c = static_cast<int64_t>(pack) * kWidth, channels = norm.size[1];
      const float* const at = hale_channels_at(norm, n) + c;
      for (int64_t pixel = begin + lane; pixel < end; pixel += lanes) {
        const hale_pack16<T> x = hale_pack16<T>::load(hale_pixel<T>(norm, norm.x, n, c, pixel));
        const hale_pack16<T> g =
            hale_pack16<T>::load(hale_pixel<T>(norm, backward.by_y, n, c, pixel));
        for (int i = 0; i < kWidth; ++i) {
          const float d = x.at[i] - at[i];
          const float s = hale_normalised_slope<float>(g.at[i], d, at[channels + i],
                                                       at[2 * channels + i], norm.silu != 0);
          sum.at[i] += s;
          dot.at[i] += s * d;
        }
      }
    }
    for (int i = 0; i < kWidth; ++i) {
      sums[threadIdx.x * kWidth + i] = sum.at[i];
      dots[threadIdx.x * kWidth + i] = dot.at[i];
    }
    __syncthreads();
    const int channels = (packs - first < across ? packs - first : across) * kWidth;
    for (int c = threadIdx.x; c < channels; c += HALE_CUDA_BLOCK) {
      hale_slopes total = {0, 0};
      for (int l = 0; l < lanes; ++l) {
        total.sum += sums[l * across * kWidth + c];
        total.dot += dots[l * across * kWidth + c];
      }
      hale_slopes_at(backward, n, part)[static_cast<int64_t>(first) * kWidth + c] = total;
    }
    __syncthreads();
  }
}

// Block (n, part, channel).
template <typename T>
__device__ void hale_slopes_of_channel(const hale_group_norm_backward& backward) {
  HALE_SHARED(double, sums, HALE_CUDA_WARPS);
  HALE_SHARED(double, dots, HALE_CUDA_WARPS);
  const hale_group_norm& norm = backward.norm;
  const int64_t parts = hale_group_norm_parts(norm), channels = norm.size[1];
  const int64_t n = blockIdx.x / (parts * channels), part = blockIdx.x / channels % parts;
  const int64_t c = blockIdx.x % channels, end = hale_part_begin(norm, part + 1);
  const float* const at = hale_channels_at(norm, n) + c;
  float sum = 0, dot = 0;
  for (int64_t pixel = hale_part_begin(norm, part) + threadIdx.x; pixel < end;
       pixel += HALE_CUDA_BLOCK) {
    const float d = hale_as_float(*hale_pixel<T>(norm, norm.x, n, c, pixel)) - at[0];
    const float s = hale_normalised_slope<float>(
        hale_as_float(*hale_pixel<T>(norm, backward.by_y, n, c, pixel)), d, at[channels],
        at[2 * channels], norm.silu != 0);
    sum += s;
    dot += s * d;
  }
  const double total = hale_block_sum(static_cast<double>(sum), sums);
  const double total_dot = hale_block_sum(static_cast<double>(dot), dots);
  if (threadIdx.x == 0) hale_slopes_at(backward, n, part)[c] = {total, total_dot};
}

// Warp (n, group).
template <typename T>
__device__ void hale_settle_slopes(const hale_group_norm_backward& backward) {
  const hale_group_norm& norm = backward.norm;
  const int64_t warp = hale_thread() / HALE_CUDA_WARP, lane = threadIdx.x % HALE_CUDA_WARP;
  if (warp >= norm.size[0] * norm.groups) return;  // a whole warp, or none of it
  const int64_t n = warp / norm.groups, channels = norm.size[1], in_group = channels / norm.groups;
  const int64_t first = warp % norm.groups * in_group, parts = hale_group_norm_parts(norm);
  const hale_moments moments = hale_moments_of_group<T>(norm, n, first);
  const float* const gains = hale_channels_at(norm, n) + channels;
  hale_slopes group = {0, 0};
  for (int64_t i = lane; i < in_group * parts; i += HALE_CUDA_WARP) {
    const int64_t c = first + i % in_group;
    const hale_slopes of = hale_slopes_at(backward, n, i / in_group)[c];
    group.sum += gains[c] * of.sum;
    group.dot += gains[c] * of.dot;
  }
  for (int apart = HALE_CUDA_WARP / 2; apart > 0; apart /= 2) {
    group.sum += __shfl_xor_sync(0xFFFFFFFFu, group.sum, apart);
    group.dot += __shfl_xor_sync(0xFFFFFFFFu, group.dot, apart);
  }
  const hale_group_gradient gradient = hale_group_gradient_of(moments, norm.epsilon, group);
  float* const to = hale_gradients_at(backward, n);
  for (int64_t c = first + lane; c < first + in_group; c += HALE_CUDA_WARP) {
    to[c] = gradient.mean;
    to[channels + c] = gradient.slope;
  }
}

// dL/dx of channel c + i, for dL/dy.
__device__ inline float hale_backward_at(const hale_group_norm_backward& backward, int64_t n,
                                         int64_t c, float x, float g) {
  const int64_t channels = backward.norm.size[1];
  const float* const at = hale_channels_at(backward.norm, n) + c;
  const float* const group = hale_gradients_at(backward, n) + c;
  return hale_normalised_backward<float>(g, x - at[0], at[channels], at[2 * channels], group[0],
                                         group[channels], backward.norm.silu != 0);
}

// Packs of channels of a pixel, channels fastest.
template <typename T>
__device__ void hale_backward_pixels(const hale_group_norm_backward& backward) {
  constexpr int kWidth = hale_pack16<T>::kWidth;
  const hale_group_norm& norm = backward.norm;
  const int64_t packs = norm.size[1] / kWidth, area = norm.size[2] * norm.size[3];
  const int64_t items = norm.size[0] * area * packs;
  for (int64_t item = hale_thread(); item < items; item += hale_threads()) {
    const int64_t c = item % packs * kWidth, pixel = item / packs % area;
    const int64_t n = item / (packs * area);
    const hale_pack16<T> x = hale_pack16<T>::load(hale_pixel<T>(norm, norm.x, n, c, pixel));
    hale_pack16<T> g = hale_pack16<T>::load(hale_pixel<T>(norm, backward.by_y, n, c, pixel));
    for (int i = 0; i < kWidth; ++i) {
      g.at[i] = hale_backward_at(backward, n, c + i, x.at[i], g.at[i]);
    }
    g.store(const_cast<T*>(hale_pixel<T>(norm, backward.by_x, n, c, pixel)));
  }
}

// Single elements, pixels fastest.
template <typename T>
__device__ void hale_backward_elements(const hale_group_norm_backward& backward) {
  const hale_group_norm& norm = backward.norm;
  const int64_t channels = norm.size[1], area = norm.size[2] * norm.size[3];
  const int64_t items = norm.size[0] * channels * area;
  for (int64_t item = hale_thread(); item < items; item += hale_threads()) {
    const int64_t pixel = item % area, c = item / area % channels, n = item / (area * channels);
    const float x = hale_as_float(*hale_pixel<T>(norm, norm.x, n, c, pixel));
    const float g = hale_as_float(*hale_pixel<T>(norm, backward.by_y, n, c, pixel));
    hale_put(const_cast<T*>(hale_pixel<T>(norm, backward.by_x, n, c, pixel)),
             hale_backward_at(backward, n, c, x, g));
  }
}

extern "C" {

#define HALE_GROUP_NORM_BACKWARD_KERNELS(type, name)                                     \
  __global__ void __launch_bounds__(HALE_CUDA_BLOCK)                                     \
      hale_group_norm_slopes_channels_last_##name(hale_group_norm_backward backward) {   \
    hale_slopes_of_pixels<type>(backward);                                               \
  }                                                                                      \
  __global__ void __launch_bounds__(HALE_CUDA_BLOCK)                                     \
      hale_group_norm_slopes_strided_##name(hale_group_norm_backward backward) {         \
    hale_slopes_of_channel<type>(backward);                                              \
  }                                                                                      \
  __global__ void __launch_bounds__(HALE_CUDA_BLOCK)                                     \
      hale_group_norm_settle_slopes_##name(hale_group_norm_backward backward) {          \
    hale_settle_slopes<type>(backward);                                                  \
  }                                                                                      \
  __global__ void __launch_bounds__(HALE_CUDA_BLOCK)                                     \
      hale_group_norm_backward_channels_last_##name(hale_group_norm_backward backward) { \
    hale_backward_pixels<type>(backward);                                                \
  }                                                                                      \
  __global__ void __launch_bounds__(HALE_CUDA_BLOCK)                                     \
      hale_group_norm_backward_strided_##name(hale_group_norm_backward backward) {       \
    hale_backward_elements<type>(backward);                                              \
  }

HALE_GROUP_NORM_BACKWARD_KERNELS(float, float32)
HALE_GROUP_NORM_BACKWARD_KERNELS(uint16_t, bfloat16)
#undef HALE_GROUP_NORM_BACKWARD_KERNELS

}  // extern "C"

#ifndef __CUDACC_RTC__
#include "group_norm_backward_launch.h"

#ifdef __CUDACC__
// Queues the five kernels on `stream` and returns at once.
inline cudaError_t hale_cuda_normalise_groups_backward(const hale_group_norm_backward& backward,
                                                       cudaStream_t stream) {
  hale_launch_group_norm_backward(backward, hale_cuda_launcher{stream});
  return cudaGetLastError();
}
#endif  // __CUDACC__
#endif  // __CUDACC_RTC__

#endif  // HALE_CUDA_GROUP_NORM_BACKWARD_CUH_
