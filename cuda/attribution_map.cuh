// From an attribution to a map on a GPU, in four launches on one stream:
//
//   sums       channels are added up, the positive part and the mask taken
//   along      the blur along rows, of the sums and of the mask
//   across     the blur across rows, the division, and the greatest magnitude of each image
//   normalise  the division by it, where asked for
//
// A thread owns a pixel; neighbours read almost the same pixels, which the cache then has. The
// greatest magnitude is found by an atomic maximum of bits, which no order changes. The workspace
// is the CPU's: three planes, of which the first holds the sums, and one number, for each image.
#ifndef HALE_CUDA_ATTRIBUTION_MAP_CUH_
#define HALE_CUDA_ATTRIBUTION_MAP_CUH_

#include "attribution_formula.h"
#include "hale_cuda.cuh"

struct hale_map_pixel {
  int64_t n, h, w, plane;
};

__device__ inline hale_map_pixel hale_pixel_of(const hale_attribution_map& m, int64_t item) {
  const int64_t width = m.size[3], height = m.size[2];
  return {item / (width * height), item / width % height, item % width, width * height};
}

__device__ inline float* hale_map_planes(const hale_attribution_map& m, int64_t n) {
  return static_cast<float*>(m.workspace) + n * (3 * m.size[2] * m.size[3] + m.size[2]);
}

__device__ inline bool hale_seen(const hale_attribution_map& m, int64_t n, int64_t h, int64_t w) {
  return m.mask.data == nullptr ||
         m.mask.data[n * m.mask.stride[0] + h * m.mask.stride[2] + w * m.mask.stride[3]] != 0;
}

__device__ inline float* hale_map_at(const hale_attribution_map& m, const hale_map_pixel& p) {
  return m.map.data + p.n * m.map.stride[0] + p.h * m.map.stride[2] + p.w * m.map.stride[3];
}

__device__ inline unsigned* hale_map_most(const hale_attribution_map& m, int64_t n) {
  return reinterpret_cast<unsigned*>(hale_map_planes(m, n) + 3 * m.size[2] * m.size[3]);
}

// The first weights of the blur are the block's, computed once; a wider blur computes the rest.
#define HALE_BLUR_WEIGHTS 512

__device__ inline float hale_weight(const float* weights, int64_t d, float sigma) {
  const int64_t apart = d < 0 ? -d : d;
  return apart < HALE_BLUR_WEIGHTS ? weights[apart] : hale_blur_weight(apart, sigma);
}

__device__ inline void hale_fill_weights(float* weights, int64_t radius, float sigma) {
  for (int64_t d = threadIdx.x; d <= radius && d < HALE_BLUR_WEIGHTS; d += blockDim.x) {
    weights[d] = d == 0 ? 1.0f : hale_blur_weight(d, sigma);
  }
  __syncthreads();
}

extern "C" {

__global__ void __launch_bounds__(HALE_CUDA_BLOCK) hale_map_sums(hale_attribution_map m) {
  const int64_t items = m.size[0] * m.size[2] * m.size[3], *const s = m.attribution.stride;
  for (int64_t item = hale_thread(); item < items; item += hale_threads()) {
    const hale_map_pixel p = hale_pixel_of(m, item);
    const float* const at = m.attribution.data + p.n * s[0] + p.h * s[2] + p.w * s[3];
    float sum = 0;
    for (int64_t c = 0; c < m.size[1]; ++c) sum += at[c * s[1]];
    if (!hale_seen(m, p.n, p.h, p.w) || (m.positive != 0 && sum < 0)) sum = 0;
    hale_map_planes(m, p.n)[item % p.plane] = sum;
    if (item % p.plane == 0) *hale_map_most(m, p.n) = 0;
  }
}

__global__ void __launch_bounds__(HALE_CUDA_BLOCK) hale_map_along(hale_attribution_map m) {
  const int64_t items = m.size[0] * m.size[2] * m.size[3], width = m.size[3];
  const int64_t radius = hale_blur_radius(m.sigma);
  HALE_SHARED(float, weights, HALE_BLUR_WEIGHTS);
  hale_fill_weights(weights, radius, m.sigma);
  for (int64_t item = hale_thread(); item < items; item += hale_threads()) {
    const hale_map_pixel p = hale_pixel_of(m, item);
    float* const planes = hale_map_planes(m, p.n);
    float value = 0, share = 0;
    for (int64_t d = -radius; d <= radius; ++d) {
      if (p.w + d < 0 || p.w + d >= width || !hale_seen(m, p.n, p.h, p.w + d)) continue;
      const float weight = hale_weight(weights, d, m.sigma);
      value += weight * planes[item % p.plane + d];
      share += weight;
    }
    planes[p.plane + item % p.plane] = value;
    planes[2 * p.plane + item % p.plane] = share;
  }
}

__global__ void __launch_bounds__(HALE_CUDA_BLOCK) hale_map_across(hale_attribution_map m) {
  const int64_t items = m.size[0] * m.size[2] * m.size[3], height = m.size[2], width = m.size[3];
  const int64_t radius = hale_blur_radius(m.sigma);
  HALE_SHARED(float, weights, HALE_BLUR_WEIGHTS);
  hale_fill_weights(weights, radius, m.sigma);
  // All lanes of a warp turn as often, for the exchange below.
  const int64_t lane = threadIdx.x % HALE_CUDA_WARP;
  for (int64_t first = hale_thread() - lane; first < items; first += hale_threads()) {
    const int64_t item = first + lane;
    const int64_t n = item / (height * width);
    float magnitude = 0;
    if (item < items) {
      const hale_map_pixel p = hale_pixel_of(m, item);
      const float* const planes = hale_map_planes(m, p.n) + item % p.plane;
      float value = 0, share = 0;
      for (int64_t d = -radius; d <= radius; ++d) {
        if (p.h + d < 0 || p.h + d >= height) continue;
        const float weight = hale_weight(weights, d, m.sigma);
        value += weight * planes[p.plane + d * width];
        share += weight * planes[2 * p.plane + d * width];
      }
      value = hale_seen(m, p.n, p.h, p.w) ? value / share : 0;
      *hale_map_at(m, p) = value;
      magnitude = fabsf(value);
    }
    // One atomic for a warp that lies within one image, as all but a few do.
    const int64_t last = (first + HALE_CUDA_WARP < items ? first + HALE_CUDA_WARP : items) - 1;
    if (first / (height * width) == last / (height * width)) {
      magnitude = hale_warp_max(magnitude);
      if (lane == 0) atomicMax(hale_map_most(m, n), __float_as_uint(magnitude));
    } else if (item < items) {
      atomicMax(hale_map_most(m, n), __float_as_uint(magnitude));
    }
  }
}

__global__ void __launch_bounds__(HALE_CUDA_BLOCK) hale_map_normalise(hale_attribution_map m) {
  const int64_t items = m.size[0] * m.size[2] * m.size[3];
  for (int64_t item = hale_thread(); item < items; item += hale_threads()) {
    const hale_map_pixel p = hale_pixel_of(m, item);
    const float most = __uint_as_float(*hale_map_most(m, p.n));
    if (most > 0) *hale_map_at(m, p) /= most;
  }
}

}  // extern "C"

#ifndef __CUDACC_RTC__
#include "attribution_map_launch.h"

#ifdef __CUDACC__
inline cudaError_t hale_cuda_map_attribution(const hale_attribution_map& m, cudaStream_t stream) {
  hale_launch_map_attribution(m, hale_cuda_launcher{stream});
  return cudaGetLastError();
}
#endif  // __CUDACC__
#endif  // __CUDACC_RTC__

#endif  // HALE_CUDA_ATTRIBUTION_MAP_CUH_
