// From raw slices to a network's images on a GPU: the arithmetic of slices_formula.h, one pass over
// memory. There are two walks over the result, and the launcher takes the better one that it
// allows:
//
//   channels-last  a pixel's channels by fours, written at once: 16 bytes, or 8 of bfloat16
//   strided        element by element, width fastest: any strides at all
//
// Neighbouring threads own neighbouring pixels, so that a warp reads adjacent pixels of each
// channel of a slice. Padding reads nothing. Intensities are few and stay in the cache.
#ifndef HALE_CUDA_SLICES_CUH_
#define HALE_CUDA_SLICES_CUH_

#include "hale_cuda.cuh"
#include "slices_formula.h"

__device__ inline void hale_put_pack(float* to, const float (&pack)[4]) {
  *reinterpret_cast<float4*>(to) = make_float4(pack[0], pack[1], pack[2], pack[3]);
}

__device__ inline void hale_put_pack(uint16_t* to, const float (&pack)[4]) {
  uint2 words;
  words.x = hale_to_bfloat16(pack[0]) | static_cast<uint32_t>(hale_to_bfloat16(pack[1])) << 16;
  words.y = hale_to_bfloat16(pack[2]) | static_cast<uint32_t>(hale_to_bfloat16(pack[3])) << 16;
  *reinterpret_cast<uint2*>(to) = words;
}

template <typename T>
__device__ void hale_put_pack(T* to, const float (&pack)[1]) {
  hale_put(to, pack[0]);
}

template <typename T, int kChannels>
__device__ void hale_prepare_pixels(const hale_slices& s) {
  const int64_t channels = s.size[1], height = s.padded[0], width = s.padded[1];
  const int64_t top = hale_padding_before(s.size[2], height);
  const int64_t left = hale_padding_before(s.size[3], width);
  const int64_t groups = channels / kChannels, items = s.size[0] * groups * height * width;
  const int64_t *const in = s.x.stride, *const out = s.out.stride, *const m = s.mask.stride;
  for (int64_t item = hale_thread(); item < items; item += hale_threads()) {
    const int64_t column = item % width, row = item / width % height;
    const int64_t c = item / (width * height) % groups * kChannels;
    const int64_t n = item / (width * height * groups), h = row - top, w = column - left;
    const bool seen = h >= 0 && h < s.size[2] && w >= 0 && w < s.size[3] &&
                      (s.mask.data == nullptr || s.mask.data[n * m[0] + h * m[2] + w * m[3]] != 0);
    float pack[kChannels];
    for (int i = 0; i < kChannels; ++i) {
      pack[i] = HALE_BACKGROUND;
      if (!seen) continue;
      const hale_intensity k = s.intensities[n * channels + c + i];
      const float x = s.x.data[n * in[0] + (c + i) * in[1] + h * in[2] + w * in[3]];
      pack[i] = hale_scaled<float>(x, k.centre, k.rest, k.gain);
    }
    T* const to = static_cast<T*>(s.out.data);
    hale_put_pack(to + n * out[0] + c * out[1] + row * out[2] + column * out[3], pack);
  }
}

extern "C" {

#define HALE_SLICES_KERNELS(type, name)                              \
  __global__ void __launch_bounds__(HALE_CUDA_BLOCK)                 \
      hale_prepare_slices_channels_last_##name(hale_slices slices) { \
    hale_prepare_pixels<type, 4>(slices);                            \
  }                                                                  \
  __global__ void __launch_bounds__(HALE_CUDA_BLOCK)                 \
      hale_prepare_slices_strided_##name(hale_slices slices) {       \
    hale_prepare_pixels<type, 1>(slices);                            \
  }

HALE_SLICES_KERNELS(float, float32)
HALE_SLICES_KERNELS(uint16_t, bfloat16)
#undef HALE_SLICES_KERNELS

}  // extern "C"

#ifndef __CUDACC_RTC__
#include "slices_launch.h"

#ifdef __CUDACC__
inline cudaError_t hale_cuda_prepare_slices(const hale_slices& slices, cudaStream_t stream) {
  hale_launch_prepare_slices(slices, hale_cuda_launcher{stream});
  return cudaGetLastError();
}
#endif  // __CUDACC__
#endif  // __CUDACC_RTC__

#endif  // HALE_CUDA_SLICES_CUH_
