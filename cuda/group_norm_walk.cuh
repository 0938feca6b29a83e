// How the kernels of group normalisation walk memory: packs of 16 bytes of channels, stretches of
// an image's pixels, and a block's threads as lanes of pixels by columns of packs.
#ifndef HALE_CUDA_GROUP_NORM_WALK_CUH_
#define HALE_CUDA_GROUP_NORM_WALK_CUH_

#include "group_norm_cut.h"
#include "hale_cuda.cuh"

// 16 bytes of channels, as they are stored (Raw) and in float32.
template <typename T>
struct hale_pack16;

template <>
struct hale_pack16<float> {
  static constexpr int kWidth = 4;
  typedef float4 Raw;
  float at[4];
  __device__ static hale_pack16 of(const float4& raw) { return {{raw.x, raw.y, raw.z, raw.w}}; }
  __device__ void store(float* to) const {
    *reinterpret_cast<float4*>(to) = make_float4(at[0], at[1], at[2], at[3]);
  }
};

template <>
struct hale_pack16<uint16_t> {  // bfloat16
  static constexpr int kWidth = 8;
  typedef uint4 Raw;
  float at[8];
  __device__ static hale_pack16 of(const uint4& raw) {
    const uint32_t words[4] = {raw.x, raw.y, raw.z, raw.w};
    hale_pack16 pack;
    for (int i = 0; i < 4; ++i) {
      pack.at[2 * i] = hale_from_bfloat16(static_cast<uint16_t>(words[i]));
      pack.at[2 * i + 1] = hale_from_bfloat16(static_cast<uint16_t>(words[i] >> 16));
    }
    return pack;
  }
  __device__ void store(uint16_t* to) const {
    uint4 raw;
    raw.x = hale_to_bfloat16_pair(at[0], at[1]);
    raw.y = hale_to_bfloat16_pair(at[2], at[3]);
    raw.z = hale_to_bfloat16_pair(at[4], at[5]);
    raw.w = hale_to_bfloat16_pair(at[6], at[7]);
    *reinterpret_cast<uint4*>(to) = raw;
  }
};

template <typename T>
__device__ typename hale_pack16<T>::Raw hale_raw(const T* from) {
  return *reinterpret_cast<const typename hale_pack16<T>::Raw*>(from);
}

__device__ inline float hale_as_float(float value) { return value; }
__device__ inline float hale_as_float(uint16_t value) { return hale_from_bfloat16(value); }

// use(pixel, load(pixel)) for every step-th pixel, with kAhead loads under way at once.
template <int kAhead, typename Load, typename Use>
__device__ void hale_each_pixel(int64_t begin, int64_t end, int64_t step, Load load, Use use) {
  int64_t pixel = begin;
  for (; pixel + (kAhead - 1) * step < end; pixel += kAhead * step) {
    decltype(load(pixel)) loaded[kAhead];
    for (int i = 0; i < kAhead; ++i) loaded[i] = load(pixel + i * step);
    for (int i = 0; i < kAhead; ++i) use(pixel + i * step, loaded[i]);
  }
  for (; pixel < end; pixel += step) use(pixel, load(pixel));
}

// The block's threads as lanes of pixels x columns of packs; threads beyond have a lane beyond.
struct hale_columns {
  int across, lanes, column, lane;
};

__device__ inline hale_columns hale_columns_of(int packs) {
  const int across = packs < HALE_CUDA_BLOCK ? packs : HALE_CUDA_BLOCK;
  const int thread = static_cast<int>(threadIdx.x);
  return {across, HALE_CUDA_BLOCK / across, thread % across, thread / across};
}

// A stretch of an image's pixels.
struct hale_stretch {
  int64_t n, part, begin, end;
};

__device__ inline hale_stretch hale_stretch_of(const hale_group_norm& norm, const hale_cut& cut,
                                               unsigned block) {
  const int64_t area = norm.size[2] * norm.size[3], n = block / cut.parts, part = block % cut.parts;
  const int64_t begin = part * cut.pixels, end = begin + cut.pixels;
  return {n, part, begin, end < area ? end : area};
}

// Where pixels lie from the first of their plane. Rows may have gaps between them.
struct hale_pixels {
  int64_t width, row, column;
  __device__ int64_t operator[](int64_t pixel) const {
    return row == width * column ? pixel * column : pixel / width * row + pixel % width * column;
  }
};

__device__ inline hale_pixels hale_pixels_of(const hale_group_norm& norm, const hale_storage& t) {
  return {norm.size[3], t.stride[2], t.stride[3]};
}

template <typename T>
__device__ T* hale_plane(const hale_storage& t, int64_t n, int64_t c) {
  return static_cast<T*>(t.data) + n * t.stride[0] + c * t.stride[1];
}

// What each thread has of two sums, with channel i of its pack at i * HALE_CUDA_BLOCK + thread, is
// added up over the lanes. The first lane has the sums then, and all threads may read them.
template <int kWidth>
__device__ void hale_add_lanes(const hale_columns& by, float* first, float* second) {
  const int thread = static_cast<int>(threadIdx.x);
  for (int rest = by.lanes; rest > 1;) {
    const int half = (rest + 1) / 2;
    __syncthreads();
    if (by.lane < rest - half) {
      for (int i = 0; i < kWidth; ++i) {
        const int at = i * HALE_CUDA_BLOCK + thread;
        first[at] += first[at + half * by.across];
        second[at] += second[at + half * by.across];
      }
    }
    rest = half;
  }
  __syncthreads();
}

// Where the sum of channel c of the block's columns lies then.
template <int kWidth>
__device__ int hale_sum_at(int c) {
  return c % kWidth * HALE_CUDA_BLOCK + c / kWidth;
}

#endif  // HALE_CUDA_GROUP_NORM_WALK_CUH_
