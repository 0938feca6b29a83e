// Group normalisation on a GPU: the arithmetic of group_norm_formula.h, x read twice, y written
// once. For each element of float32 that is 12 bytes and some 20 operations: memory is all.
//
//   moments   one block for each part of each image (channels-last: all its channels, 16 bytes of
//             a pixel at a time) or of each channel (strided: neighbouring threads take
//             neighbouring pixels)
//   settle    one warp for each group joins the parts of its channels in double precision
//   apply     a grid-stride loop over packs of 16 bytes, or elements
//
// Parts are those of the CPU's kernel, and so is the workspace. Kernels follow one another on one
// stream; nothing is added up atomically, so that results repeat to the bit.
#ifndef HALE_CUDA_GROUP_NORM_CUH_
#define HALE_CUDA_GROUP_NORM_CUH_

#include "group_norm_formula.h"
#include "hale_cuda.cuh"

struct hale_part_moments {
  double mean, squares;
};

template <typename T>
struct hale_pack16;

template <>
struct hale_pack16<float> {
  static constexpr int kWidth = 4;
  float at[4];
  __device__ static hale_pack16 load(const float* from) {
    const float4 four = *reinterpret_cast<const float4*>(from);
    return {{four.x, four.y, four.z, four.w}};
  }
  __device__ void store(float* to) const {
    *reinterpret_cast<float4*>(to) = make_float4(at[0], at[1], at[2], at[3]);
  }
};

template <>
struct hale_pack16<uint16_t> {  // bfloat16
  static constexpr int kWidth = 8;
  float at[8];
  __device__ static hale_pack16 load(const uint16_t* from) {
    const uint4 eight = *reinterpret_cast<const uint4*>(from);
    const uint32_t words[4] = {eight.x, eight.y, eight.z, eight.w};
    hale_pack16 pack;
    for (int i = 0; i < 4; ++i) {
      pack.at[2 * i] = hale_from_bfloat16(static_cast<uint16_t>(words[i]));
      pack.at[2 * i + 1] = hale_from_bfloat16(static_cast<uint16_t>(words[i] >> 16));
    }
    return pack;
  }
  __device__ void store(uint16_t* to) const {
    uint32_t words[4];
    for (int i = 0; i < 4; ++i) {
      words[i] = hale_to_bfloat16(at[2 * i]) |
                 static_cast<uint32_t>(hale_to_bfloat16(at[2 * i + 1])) << 16;
    }
    uint4 eight;
    eight.x = words[0], eight.y = words[1], eight.z = words[2], eight.w = words[3];
    *reinterpret_cast<uint4*>(to) = eight;
  }
};

__device__ inline float hale_as_float(float value) { return value; }
__device__ inline float hale_as_float(uint16_t value) { return hale_from_bfloat16(value); }

__device__ inline int64_t hale_part_begin(const hale_group_norm& norm, int64_t part) {
  return part * (norm.size[2] * norm.size[3]) / hale_group_norm_parts(norm);
}

__device__ inline hale_part_moments* hale_moments_at(const hale_group_norm& norm, int64_t n,
                                                     int64_t part) {
  const int64_t parts = hale_group_norm_parts(norm);
  return static_cast<hale_part_moments*>(norm.workspace) + (n * parts + part) * norm.size[1];
}

// Three floats for each channel: centres, gains, offsets.
__device__ inline float* hale_channels_at(const hale_group_norm& norm, int64_t n) {
  return reinterpret_cast<float*>(hale_moments_at(norm, norm.size[0], 0)) + n * 3 * norm.size[1];
}

template <typename T>
__device__ const T* hale_pixel(const hale_group_norm& norm, const hale_storage& t, int64_t n,
                               int64_t c, int64_t pixel) {
  return static_cast<const T*>(t.data) + n * t.stride[0] + c * t.stride[1] +
         pixel / norm.size[3] * t.stride[2] + pixel % norm.size[3] * t.stride[3];
}

// Block (n, part). Threads are `lanes` pixels x the packs of a pixel.
template <typename T>
__device__ void hale_moments_of_pixels(const hale_group_norm& norm) {
  constexpr int kWidth = hale_pack16<T>::kWidth;
  HALE_SHARED(float, sums, HALE_CUDA_BLOCK* kWidth);
  HALE_SHARED(float, squares, HALE_CUDA_BLOCK* kWidth);
  const int64_t parts = hale_group_norm_parts(norm), n = blockIdx.x / parts;
  const int64_t part = blockIdx.x % parts;
  const int64_t begin = hale_part_begin(norm, part), end = hale_part_begin(norm, part + 1);
  const int packs = static_cast<int>(norm.size[1] / kWidth);
  const int across = packs < HALE_CUDA_BLOCK ? packs : HALE_CUDA_BLOCK;
  const int lanes = HALE_CUDA_BLOCK / across;
  const int column = threadIdx.x % across, lane = threadIdx.x / across;
  for (int first = 0; first < packs; first += across) {
    const int pack = first + column;
    const bool busy = lane < lanes && pack < packs;
    hale_pack16<T> sum = {}, square = {};
    if (busy) {
      const hale_pack16<T> origin =
          hale_pack16<T>::load(hale_pixel<T>(norm, norm.x, n, pack * kWidth, begin));
      for (int64_t pixel = begin + lane; pixel < end; pixel += lanes) {
        const hale_pack16<T> x =
            hale_pack16<T>::load(hale_pixel<T>(norm, norm.x, n, pack * kWidth, pixel));
        for (int i = 0; i < kWidth; ++i) {
          const float d = x.at[i] - origin.at[i];
          sum.at[i] += d;
          square.at[i] += d * d;
        }
      }
    }
    for (int i = 0; i < kWidth; ++i) {
      sums[threadIdx.x * kWidth + i] = sum.at[i];
      squares[threadIdx.x * kWidth + i] = square.at[i];
    }
    __syncthreads();
    const int channels = (packs - first < across ? packs - first : across) * kWidth;
    for (int c = threadIdx.x; c < channels; c += HALE_CUDA_BLOCK) {
      double total = 0, total_squares = 0;
      for (int l = 0; l < lanes; ++l) {
        total += sums[l * across * kWidth + c];
        total_squares += squares[l * across * kWidth + c];
      }
      const int64_t channel = static_cast<int64_t>(first) * kWidth + c;
      const hale_moments m = hale_moments_of(
          static_cast<double>(end - begin),
          hale_as_float(*hale_pixel<T>(norm, norm.x, n, channel, begin)), total, total_squares);
      hale_moments_at(norm, n, part)[channel] = {m.mean, m.squares};
    }
    __syncthreads();
  }
}

// Block (n, part, channel).
template <typename T>
__device__ void hale_moments_of_channel(const hale_group_norm& norm) {
  HALE_SHARED(double, sums, HALE_CUDA_WARPS);
  HALE_SHARED(double, squares, HALE_CUDA_WARPS);
  const int64_t parts = hale_group_norm_parts(norm), channels = norm.size[1];
  const int64_t n = blockIdx.x / (parts * channels), part = blockIdx.x / channels % parts;
  const int64_t channel = blockIdx.x % channels;
  const int64_t begin = hale_part_begin(norm, part), end = hale_part_begin(norm, part + 1);
  const float origin = hale_as_float(*hale_pixel<T>(norm, norm.x, n, channel, begin));
  float sum = 0, square = 0;
  for (int64_t pixel = begin + threadIdx.x; pixel < end; pixel += HALE_CUDA_BLOCK) {
    const float d = hale_as_float(*hale_pixel<T>(norm, norm.x, n, channel, pixel)) - origin;
    sum += d;
    square += d * d;
  }
  const double total = hale_block_sum(static_cast<double>(sum), sums);
  const double total_squares = hale_block_sum(static_cast<double>(square), squares);
  if (threadIdx.x == 0) {
    const hale_moments m =
        hale_moments_of(static_cast<double>(end - begin), origin, total, total_squares);
    hale_moments_at(norm, n, part)[channel] = {m.mean, m.squares};
  }
}

template <typename T>
__device__ float hale_element(const hale_storage& t, int64_t n, int64_t c, float absent) {
  if (t.data == nullptr) return absent;
  return hale_as_float(static_cast<const T*>(t.data)[n * t.stride[0] + c * t.stride[1]]);
}

// Of the group that begins with channel `first`, by a whole warp, in every lane.
template <typename T>
__device__ hale_moments hale_moments_of_group(const hale_group_norm& norm, int64_t n,
                                              int64_t first) {
  const int64_t in_group = norm.size[1] / norm.groups, parts = hale_group_norm_parts(norm);
  hale_moments group = {0, 0, 0};
  for (int64_t i = threadIdx.x % HALE_CUDA_WARP; i < in_group * parts; i += HALE_CUDA_WARP) {
    const int64_t c = first + i % in_group, part = i / in_group;
    const hale_part_moments m = hale_moments_at(norm, n, part)[c];
    const double count =
        static_cast<double>(hale_part_begin(norm, part + 1) - hale_part_begin(norm, part));
    group = hale_join(group, {count, m.mean + hale_element<T>(norm.added, n, c, 0), m.squares});
  }
  for (int apart = HALE_CUDA_WARP / 2; apart > 0; apart /= 2) {
    const hale_moments other = {__shfl_xor_sync(0xFFFFFFFFu, group.count, apart),
                                __shfl_xor_sync(0xFFFFFFFFu, group.mean, apart),
                                __shfl_xor_sync(0xFFFFFFFFu, group.squares, apart)};
    group = hale_join(group, other);
  }
  return group;
}

// Warp (n, group).
template <typename T>
__device__ void hale_settle_group(const hale_group_norm& norm) {
  const int64_t warp = hale_thread() / HALE_CUDA_WARP, lane = threadIdx.x % HALE_CUDA_WARP;
  if (warp >= norm.size[0] * norm.groups) return;  // a whole warp, or none of it
  const int64_t n = warp / norm.groups, in_group = norm.size[1] / norm.groups;
  const int64_t first = warp % norm.groups * in_group;
  const hale_moments group = hale_moments_of_group<T>(norm, n, first);
  float* const channels = hale_channels_at(norm, n);
  for (int64_t c = first + lane; c < first + in_group; c += HALE_CUDA_WARP) {
    const hale_channel channel =
        hale_channel_of(group, norm.epsilon, hale_element<T>(norm.weight, n, c, 1),
                        hale_element<T>(norm.bias, n, c, 0), hale_element<T>(norm.added, n, c, 0),
                        hale_element<T>(norm.scale, n, c, 0), hale_element<T>(norm.shift, n, c, 0));
    channels[c] = channel.centre;
    channels[norm.size[1] + c] = channel.gain;
    channels[2 * norm.size[1] + c] = channel.offset;
  }
}

// Packs of channels of a pixel, channels fastest.
template <typename T>
__device__ void hale_apply_pixels(const hale_group_norm& norm) {
  constexpr int kWidth = hale_pack16<T>::kWidth;
  const int64_t channels = norm.size[1], packs = channels / kWidth;
  const int64_t area = norm.size[2] * norm.size[3], items = norm.size[0] * area * packs;
  for (int64_t item = hale_thread(); item < items; item += hale_threads()) {
    const int64_t c = item % packs * kWidth, pixel = item / packs % area;
    const int64_t n = item / (packs * area);
    const float* const at = hale_channels_at(norm, n) + c;
    hale_pack16<T> x = hale_pack16<T>::load(hale_pixel<T>(norm, norm.x, n, c, pixel));
    for (int i = 0; i < kWidth; ++i) {
      x.at[i] = hale_normalised<float>(x.at[i], at[i], at[channels + i], at[2 * channels + i],
                                       norm.silu != 0);
    }
    x.store(const_cast<T*>(hale_pixel<T>(norm, norm.y, n, c, pixel)));
  }
}

// Single elements, pixels fastest.
template <typename T>
__device__ void hale_apply_elements(const hale_group_norm& norm) {
  const int64_t channels = norm.size[1], area = norm.size[2] * norm.size[3];
  const int64_t items = norm.size[0] * channels * area;
  for (int64_t item = hale_thread(); item < items; item += hale_threads()) {
    const int64_t pixel = item % area, c = item / area % channels, n = item / (area * channels);
    const float* const at = hale_channels_at(norm, n) + c;
    hale_put(const_cast<T*>(hale_pixel<T>(norm, norm.y, n, c, pixel)),
             hale_normalised<float>(hale_as_float(*hale_pixel<T>(norm, norm.x, n, c, pixel)), at[0],
                                    at[channels], at[2 * channels], norm.silu != 0));
  }
}

extern "C" {

#define HALE_GROUP_NORM_KERNELS(type, name)                                \
  __global__ void __launch_bounds__(HALE_CUDA_BLOCK)                       \
      hale_group_norm_moments_channels_last_##name(hale_group_norm norm) { \
    hale_moments_of_pixels<type>(norm);                                    \
  }                                                                        \
  __global__ void __launch_bounds__(HALE_CUDA_BLOCK)                       \
      hale_group_norm_moments_strided_##name(hale_group_norm norm) {       \
    hale_moments_of_channel<type>(norm);                                   \
  }                                                                        \
  __global__ void __launch_bounds__(HALE_CUDA_BLOCK)                       \
      hale_group_norm_settle_##name(hale_group_norm norm) {                \
    hale_settle_group<type>(norm);                                         \
  }                                                                        \
  __global__ void __launch_bounds__(HALE_CUDA_BLOCK)                       \
      hale_group_norm_apply_channels_last_##name(hale_group_norm norm) {   \
    hale_apply_pixels<type>(norm);                                         \
  }                                                                        \
  __global__ void __launch_bounds__(HALE_CUDA_BLOCK)                       \
      hale_group_norm_apply_strided_##name(hale_group_norm norm) {         \
    hale_apply_elements<type>(norm);                                       \
  }

HALE_GROUP_NORM_KERNELS(float, float32)
HALE_GROUP_NORM_KERNELS(uint16_t, bfloat16)
#undef HALE_GROUP_NORM_KERNELS

}  // extern "C"

#ifndef __CUDACC_RTC__
#include "group_norm_launch.h"

#ifdef __CUDACC__
// Queues the three kernels on `stream` and returns at once.
inline cudaError_t hale_cuda_normalise_groups(const hale_group_norm& norm, cudaStream_t stream) {
  hale_launch_group_norm(norm, hale_cuda_launcher{stream});
  return cudaGetLastError();
}
#endif  // __CUDACC__
#endif  // __CUDACC_RTC__

#endif  // HALE_CUDA_GROUP_NORM_CUH_
