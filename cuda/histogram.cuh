// Histograms and thresholds of maps on a GPU. A block counts into shared memory and adds what it
// has to the map's counters at the end; all sums are of integers, so that no order changes them.
//
//   ranges      one atomic minimum and maximum for each block
//   bins        Otsu's bins; more than HALE_DIGITS of them are counted in global memory
//   digits      one pass of the selection of a rank; then `choose` finds the digit
//   threshold   marks what is greater
//
// The grid is blocks x maps, a map's blocks following one another.
#ifndef HALE_CUDA_HISTOGRAM_CUH_
#define HALE_CUDA_HISTOGRAM_CUH_

#include "hale_cuda.cuh"
#include "histogram_formula.h"

typedef unsigned long long hale_counter;

struct hale_map_share {  // what a block does of a map
  int64_t n, begin, end, step;
};

__device__ inline hale_map_share hale_share_of(const hale_maps& m, int64_t blocks) {
  return {blockIdx.x / blocks, blockIdx.x % blocks * blockDim.x + threadIdx.x,
          m.size[1] * m.size[2] * m.size[3], blocks * blockDim.x};
}

__device__ inline int64_t hale_voxel(const int64_t stride[4], const int64_t size[4], int64_t n,
                                     int64_t v) {
  const int64_t plane = size[2] * size[3];
  // One after another, nothing need be divided, which takes longer than to read.
  if (stride[3] == 1 && stride[2] == size[3] && (stride[1] == plane || size[1] == 1)) {
    return n * stride[0] + v;
  }
  return n * stride[0] + v / (size[3] * size[2]) * stride[1] + v / size[3] % size[2] * stride[2] +
         v % size[3] * stride[3];
}

__device__ inline bool hale_in_mask(const hale_maps& m, int64_t n, int64_t v) {
  return m.mask.data == nullptr || m.mask.data[hale_voxel(m.mask.stride, m.size, n, v)] != 0;
}

__device__ inline float hale_map_value(const hale_maps& m, int64_t n, int64_t v) {
  return m.values.data[hale_voxel(m.values.stride, m.size, n, v)] + 0.0f;  // no -0
}

// Floats above 0 are ordered as integers are, those below the other way round.
__device__ inline void hale_atomic_min(float* to, float value) {
  if (value >= 0) {
    atomicMin(reinterpret_cast<int*>(to), __float_as_int(value));
  } else {
    atomicMax(reinterpret_cast<unsigned*>(to), __float_as_uint(value));
  }
}

__device__ inline void hale_atomic_max(float* to, float value) {
  if (value >= 0) {
    atomicMax(reinterpret_cast<int*>(to), __float_as_int(value));
  } else {
    atomicMin(reinterpret_cast<unsigned*>(to), __float_as_uint(value));
  }
}

__device__ inline void hale_clear(uint32_t* counts, int64_t size) {
  for (int64_t i = threadIdx.x; i < size; i += blockDim.x) counts[i] = 0;
  __syncthreads();
}

__device__ inline void hale_flush(const uint32_t* counts, int64_t size, int64_t* to) {
  __syncthreads();
  for (int64_t i = threadIdx.x; i < size; i += blockDim.x) {
    if (counts[i] != 0) {
      atomicAdd(reinterpret_cast<hale_counter*>(to + i), static_cast<hale_counter>(counts[i]));
    }
  }
}

extern "C" {

// Before everything: ranges of nothing, no counts, no digits.
__global__ void __launch_bounds__(HALE_CUDA_BLOCK)
    hale_map_begin_ranges(hale_range* ranges, int64_t maps) {
  const float infinity = __uint_as_float(0x7F800000u);
  for (int64_t n = hale_thread(); n < maps; n += hale_threads()) {
    ranges[n] = {0, 0, infinity, -infinity};
  }
}

__global__ void __launch_bounds__(HALE_CUDA_BLOCK)
    hale_map_begin_counts(int64_t* counts, int64_t size) {
  for (int64_t i = hale_thread(); i < size; i += hale_threads()) counts[i] = 0;
}

__global__ void __launch_bounds__(HALE_CUDA_BLOCK)
    hale_map_begin_selection(hale_selection* found, const int64_t* ranks, int64_t maps) {
  for (int64_t n = hale_thread(); n < maps; n += hale_threads()) found[n] = {0, ranks[n]};
}

__global__ void __launch_bounds__(HALE_CUDA_BLOCK)
    hale_map_range(hale_maps m, hale_range* ranges, int64_t blocks) {
  HALE_SHARED(float, lows, HALE_CUDA_WARPS);
  HALE_SHARED(float, highs, HALE_CUDA_WARPS);
  HALE_SHARED(int64_t, counted, HALE_CUDA_WARPS);
  HALE_SHARED(int64_t, strange, HALE_CUDA_WARPS);
  const float infinity = __uint_as_float(0x7F800000u);
  const hale_map_share share = hale_share_of(m, blocks);
  float low = infinity, high = -infinity;
  int64_t count = 0, not_finite = 0;
  for (int64_t v = share.begin; v < share.end; v += share.step) {
    if (!hale_in_mask(m, share.n, v)) continue;
    const float value = hale_map_value(m, share.n, v);
    ++count;
    if (!(value > -infinity && value < infinity)) {
      ++not_finite;
      continue;
    }
    low = value < low ? value : low;
    high = value > high ? value : high;
  }
  low = -hale_warp_max(-low);
  high = hale_warp_max(high);
  if (threadIdx.x % HALE_CUDA_WARP == 0) {
    lows[threadIdx.x / HALE_CUDA_WARP] = low;
    highs[threadIdx.x / HALE_CUDA_WARP] = high;
  }
  count = hale_block_sum(count, counted);  // its barrier is theirs, too
  not_finite = hale_block_sum(not_finite, strange);
  if (threadIdx.x != 0) return;
  for (unsigned warp = 1; warp < blockDim.x / HALE_CUDA_WARP; ++warp) {
    low = lows[warp] < low ? lows[warp] : low;
    high = highs[warp] > high ? highs[warp] : high;
  }
  hale_range* const range = ranges + share.n;
  atomicAdd(reinterpret_cast<hale_counter*>(&range->count), static_cast<hale_counter>(count));
  atomicAdd(reinterpret_cast<hale_counter*>(&range->not_finite),
            static_cast<hale_counter>(not_finite));
  hale_atomic_min(&range->low, low);
  hale_atomic_max(&range->high, high);
}

__global__ void __launch_bounds__(HALE_CUDA_BLOCK)
    hale_map_bins(hale_maps m, const hale_range* ranges, int64_t bins, int64_t* counts,
                  int64_t blocks) {
  HALE_SHARED(uint32_t, own, HALE_DIGITS);
  const hale_map_share share = hale_share_of(m, blocks);
  const double low = ranges[share.n].low, high = ranges[share.n].high;
  if (!(low < high)) return;  // the whole block
  const bool fits = bins <= HALE_DIGITS;
  int64_t* const all = counts + share.n * bins;
  hale_clear(own, fits ? bins : 0);
  for (int64_t v = share.begin; v < share.end; v += share.step) {
    if (!hale_in_mask(m, share.n, v)) continue;
    const int64_t bin = hale_bin_of(hale_map_value(m, share.n, v), low, high, bins);
    if (fits) {
      atomicAdd(own + bin, 1u);
    } else {
      atomicAdd(reinterpret_cast<hale_counter*>(all + bin), static_cast<hale_counter>(1));
    }
  }
  hale_flush(own, fits ? bins : 0, all);
}

__global__ void __launch_bounds__(HALE_CUDA_BLOCK)
    hale_map_digits(hale_maps m, const hale_selection* found, int pass, int64_t* counts,
                    int64_t blocks) {
  HALE_SHARED(uint32_t, own, HALE_DIGITS);
  const hale_map_share share = hale_share_of(m, blocks);
  const uint32_t prefix = found[share.n].prefix;
  hale_clear(own, HALE_DIGITS);
  for (int64_t v = share.begin; v < share.end; v += share.step) {
    if (!hale_in_mask(m, share.n, v)) continue;
    const int digit = hale_digit_of(hale_key_of(hale_map_value(m, share.n, v)), prefix, pass);
    if (digit >= 0) atomicAdd(own + digit, 1u);
  }
  hale_flush(own, HALE_DIGITS, counts + share.n * HALE_DIGITS);
}

// Block n. The threads add up stretches of counters, so that one thread has few to go through; it
// leaves the counters at 0 for the next pass.
__global__ void __launch_bounds__(HALE_CUDA_BLOCK)
    hale_map_choose(int64_t* counts, hale_selection* found, float* values, int pass) {
  HALE_SHARED(int64_t, sums, HALE_CUDA_BLOCK);
  const int64_t n = blockIdx.x;
  int64_t* const own = counts + n * HALE_DIGITS;
  const int each = HALE_DIGITS / static_cast<int>(blockDim.x);
  int64_t sum = 0;
  for (int i = 0; i < each; ++i) sum += own[threadIdx.x * each + i];
  sums[threadIdx.x] = sum;
  __syncthreads();
  if (threadIdx.x == 0) {
    hale_selection s = found[n];
    int stretch = 0;
    while (stretch < static_cast<int>(blockDim.x) - 1 && s.rank >= sums[stretch]) {
      s.rank -= sums[stretch++];
    }
    s = hale_select_digit(own, s, pass, stretch * each);
    found[n] = s;
    if (pass == HALE_DIGIT_PASSES - 1) values[n] = hale_value_of(s.prefix);
  }
  __syncthreads();
  for (int i = threadIdx.x; i < HALE_DIGITS; i += blockDim.x) own[i] = 0;
}

__global__ void __launch_bounds__(HALE_CUDA_BLOCK)
    hale_map_mark(hale_maps m, const double* thresholds, hale_bytes out) {
  const int64_t voxels = m.size[1] * m.size[2] * m.size[3];
  for (int64_t i = hale_thread(); i < m.size[0] * voxels; i += hale_threads()) {
    const int64_t n = i / voxels, v = i % voxels;
    const bool marked = hale_in_mask(m, n, v) && hale_map_value(m, n, v) > thresholds[n];
    out.data[hale_voxel(out.stride, m.size, n, v)] = marked ? 1 : 0;
  }
}

}  // extern "C"

#ifndef __CUDACC_RTC__
#include "histogram_launch.h"

#ifdef __CUDACC__
// All pointers are the device's; the workspace is hale_map_select_workspace's.
inline cudaError_t hale_cuda_map_ranges(const hale_maps& m, hale_range* ranges,
                                        cudaStream_t stream) {
  hale_launch_map_ranges(m, ranges, hale_cuda_launcher{stream});
  return cudaGetLastError();
}

inline cudaError_t hale_cuda_map_histograms(const hale_maps& m, const hale_range* ranges,
                                            int64_t bins, int64_t* counts, cudaStream_t stream) {
  hale_launch_map_histograms(m, ranges, bins, counts, hale_cuda_launcher{stream});
  return cudaGetLastError();
}

inline cudaError_t hale_cuda_map_select(const hale_maps& m, const int64_t* ranks, float* values,
                                        void* workspace, cudaStream_t stream) {
  hale_launch_map_select(m, ranks, values, workspace, hale_cuda_launcher{stream});
  return cudaGetLastError();
}

inline cudaError_t hale_cuda_map_threshold(const hale_maps& m, const double* thresholds,
                                           const hale_bytes& out, cudaStream_t stream) {
  hale_launch_map_threshold(m, thresholds, out, hale_cuda_launcher{stream});
  return cudaGetLastError();
}
#endif  // __CUDACC__
#endif  // __CUDACC_RTC__

#endif  // HALE_CUDA_HISTOGRAM_CUH_
