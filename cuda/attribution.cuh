// The attribution kernels on a GPU: the arithmetic of attribution_formula.h, one pass over memory.
//
// Each kernel has two walks. Flat: where all tensors lie alike (any order of axes without gaps) an
// image is a plain array, read 4 floats at a time. Strided: element by element, width fastest, for
// anything else. A thread owns its elements of the sum through all images, so that many may add
// into one without atomics.
//
// The constraint is three launches on one stream: what the mask lets through; costs and slopes; the
// means. Blocks leave their sums in the workspace and the next launch adds them up, in order.
#ifndef HALE_CUDA_ATTRIBUTION_CUH_
#define HALE_CUDA_ATTRIBUTION_CUH_

#include "attribution_formula.h"
#include "hale_cuda.cuh"

__device__ inline int64_t hale_offset(const hale_tensor& t, const int64_t size[4], int64_t n,
                                      int64_t element) {
  const int64_t w = element % size[3], h = element / size[3] % size[2];
  const int64_t c = element / (size[3] * size[2]);
  return n * t.stride[0] + c * t.stride[1] + h * t.stride[2] + w * t.stride[3];
}

// kWidth elements of image n: adjacent ones, or one wherever it lies.
template <int kWidth>
struct hale_floats {
  float at[kWidth];

  __device__ static hale_floats load(const hale_tensor& t, const int64_t size[4], int64_t n,
                                     int64_t element, float absent) {
    hale_floats floats;
    if (t.data == nullptr) {
      for (int i = 0; i < kWidth; ++i) floats.at[i] = absent;
    } else if constexpr (kWidth == 4) {
      const float4 four =
          *reinterpret_cast<const float4*>(t.data + n * t.stride[0] + element * kWidth);
      floats.at[0] = four.x, floats.at[1] = four.y, floats.at[2] = four.z, floats.at[3] = four.w;
    } else {
      floats.at[0] = t.data[hale_offset(t, size, n, element)];
    }
    return floats;
  }

  __device__ void store(const hale_tensor& t, const int64_t size[4], int64_t n,
                        int64_t element) const {
    if constexpr (kWidth == 4) {
      *reinterpret_cast<float4*>(t.data + n * t.stride[0] + element * kWidth) =
          make_float4(at[0], at[1], at[2], at[3]);
    } else {
      t.data[hale_offset(t, size, n, element)] = at[0];
    }
  }
};

template <int kWidth>
__device__ void hale_path_elements(const hale_path& p) {
  const int64_t items = p.size[1] * p.size[2] * p.size[3] / kWidth;
  for (int64_t i = hale_thread(); i < p.size[0] * items; i += hale_threads()) {
    const int64_t n = i / items, e = i % items;
    auto x = hale_floats<kWidth>::load(p.x, p.size, n, e, 0);
    const auto baseline = hale_floats<kWidth>::load(p.baseline, p.size, n, e, 0);
    for (int k = 0; k < kWidth; ++k) {
      x.at[k] = hale_path_point<float>(p.alpha[n], x.at[k], baseline.at[k]);
    }
    x.store(p.out, p.size, n, e);
  }
}

template <int kWidth>
__device__ void hale_accumulate_elements(const hale_accumulation& a) {
  const int64_t items = a.size[1] * a.size[2] * a.size[3] / kWidth;
  const bool into_one = a.sum.stride[0] == 0;
  hale_tensor baseline = a.baseline;
  if (a.x.data == nullptr) baseline.data = nullptr;
  const int64_t jobs = into_one ? items : a.size[0] * items;
  for (int64_t i = hale_thread(); i < jobs; i += hale_threads()) {
    const int64_t e = i % items, first = i / items, last = into_one ? a.size[0] : first + 1;
    auto sum = hale_floats<kWidth>::load(a.sum, a.size, first, e, 0);
    for (int64_t n = first; n < last; ++n) {
      const auto g = hale_floats<kWidth>::load(a.gradient, a.size, n, e, 0);
      const auto x = hale_floats<kWidth>::load(a.x, a.size, n, e, 1);
      const auto from = hale_floats<kWidth>::load(baseline, a.size, n, e, 0);
      for (int k = 0; k < kWidth; ++k) sum.at[k] += a.weight[n] * g.at[k] * (x.at[k] - from.at[k]);
    }
    sum.store(a.sum, a.size, first, e);
  }
}

// The sums that the blocks of image n left in the workspace: first the weights', then the costs'.
__device__ inline double* hale_constraint_sums(const hale_constraint& c, int64_t blocks, int which,
                                               int64_t n) {
  return static_cast<double*>(c.workspace) + (which * c.size[0] + n) * blocks;
}

__device__ inline double hale_constraint_total(const hale_constraint& c, int64_t blocks, int which,
                                               int64_t n) {
  const double* const sums = hale_constraint_sums(c, blocks, which, n);
  double total = 0;
  for (int64_t b = 0; b < blocks; ++b) total += sums[b];
  return total;
}

template <int kWidth>
__device__ void hale_constraint_count(const hale_constraint& c, int64_t blocks) {
  HALE_SHARED(double, parts, HALE_CUDA_WARPS);
  const int64_t n = blockIdx.x / blocks, block = blockIdx.x % blocks;
  const int64_t items = c.size[1] * c.size[2] * c.size[3] / kWidth;
  double sum = 0;
  for (int64_t e = block * blockDim.x + threadIdx.x; e < items; e += blocks * blockDim.x) {
    const auto mask = hale_floats<kWidth>::load(c.mask, c.size, n, e, 1);
    for (int k = 0; k < kWidth; ++k) sum += mask.at[k];
  }
  sum = hale_block_sum(sum, parts);
  if (threadIdx.x == 0) hale_constraint_sums(c, blocks, 0, n)[block] = sum;
}

template <int kWidth>
__device__ void hale_constraint_cost(const hale_constraint& c, int64_t blocks) {
  HALE_SHARED(double, parts, HALE_CUDA_WARPS);
  const int64_t n = blockIdx.x / blocks, block = blockIdx.x % blocks;
  const int64_t items = c.size[1] * c.size[2] * c.size[3] / kWidth;
  const double count = hale_constraint_total(c, blocks, 0, n);
  const float share = count > 0 ? static_cast<float>(1 / count) : 0;
  double sum = 0;
  for (int64_t e = block * blockDim.x + threadIdx.x; e < items; e += blocks * blockDim.x) {
    auto a = hale_floats<kWidth>::load(c.attribution, c.size, n, e, 0);
    const auto mask = hale_floats<kWidth>::load(c.mask, c.size, n, e, 1);
    for (int k = 0; k < kWidth; ++k) {
      const hale_penalty<float> p = hale_penalise<float>(a.at[k], c.scale, c.cost);
      sum += p.cost * mask.at[k];
      a.at[k] = p.slope * mask.at[k] * share;
    }
    if (c.derivative.data != nullptr) a.store(c.derivative, c.size, n, e);
  }
  sum = hale_block_sum(sum, parts);
  if (threadIdx.x == 0) hale_constraint_sums(c, blocks, 1, n)[block] = sum;
}

extern "C" {

#define HALE_ATTRIBUTION_KERNELS(width, walk)                                                  \
  __global__ void __launch_bounds__(HALE_CUDA_BLOCK) hale_path_points_##walk(hale_path path) { \
    hale_path_elements<width>(path);                                                           \
  }                                                                                            \
  __global__ void __launch_bounds__(HALE_CUDA_BLOCK)                                           \
      hale_accumulate_##walk(hale_accumulation accumulation) {                                 \
    hale_accumulate_elements<width>(accumulation);                                             \
  }                                                                                            \
  __global__ void __launch_bounds__(HALE_CUDA_BLOCK)                                           \
      hale_constraint_count_##walk(hale_constraint constraint, int64_t blocks) {               \
    hale_constraint_count<width>(constraint, blocks);                                          \
  }                                                                                            \
  __global__ void __launch_bounds__(HALE_CUDA_BLOCK)                                           \
      hale_constraint_cost_##walk(hale_constraint constraint, int64_t blocks) {                \
    hale_constraint_cost<width>(constraint, blocks);                                           \
  }

HALE_ATTRIBUTION_KERNELS(4, flat)
HALE_ATTRIBUTION_KERNELS(1, strided)
#undef HALE_ATTRIBUTION_KERNELS

__global__ void __launch_bounds__(HALE_CUDA_BLOCK)
    hale_constraint_means(hale_constraint c, int64_t blocks) {
  for (int64_t n = hale_thread(); n < c.size[0]; n += hale_threads()) {
    const double count = hale_constraint_total(c, blocks, 0, n);
    c.value[n] = count > 0 ? hale_constraint_total(c, blocks, 1, n) / count : 0;
  }
}

}  // extern "C"

#ifndef __CUDACC_RTC__
#include "attribution_launch.h"

#ifdef __CUDACC__
inline cudaError_t hale_cuda_path_points(const hale_path& p, cudaStream_t stream) {
  hale_launch_path_points(p, hale_cuda_launcher{stream});
  return cudaGetLastError();
}

inline cudaError_t hale_cuda_accumulate(const hale_accumulation& a, cudaStream_t stream) {
  hale_launch_accumulate(a, hale_cuda_launcher{stream});
  return cudaGetLastError();
}

inline cudaError_t hale_cuda_constrain(const hale_constraint& c, cudaStream_t stream) {
  hale_launch_constrain(c, hale_cuda_launcher{stream});
  return cudaGetLastError();
}
#endif  // __CUDACC__
#endif  // __CUDACC_RTC__

#endif  // HALE_CUDA_ATTRIBUTION_CUH_
