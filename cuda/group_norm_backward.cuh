// The derivative of group normalisation on a GPU: x is read three times, dL/dy twice, dL/dx written
// once, 24 bytes for each element of float32. The moments are taken anew by the kernels of
// group_norm.cuh, so that nothing but x need be kept from the way forward.
//
//   moments, settle   those of group_norm.cuh
//   slopes            the sums of s and s d, by blocks as the moments are
//   settle_slopes     one block for each group joins them in double precision; the derivatives of
//                     the parameters follow
//   backward          by blocks as the results are written forward
//
// Nothing is added up atomically: results repeat to the bit.
#ifndef HALE_CUDA_GROUP_NORM_BACKWARD_CUH_
#define HALE_CUDA_GROUP_NORM_BACKWARD_CUH_

#include "group_norm.cuh"

__device__ inline hale_slopes* hale_slopes_at(const hale_group_norm_backward& backward,
                                              const hale_cut& cut, int64_t n, int64_t part) {
  return static_cast<hale_slopes*>(backward.workspace) +
         (n * cut.parts + part) * backward.norm.size[1];
}

// Two floats for each channel: means, slopes.
__device__ inline float* hale_gradients_at(const hale_group_norm_backward& backward,
                                           const hale_cut& cut, int64_t n) {
  return reinterpret_cast<float*>(hale_slopes_at(backward, cut, backward.norm.size[0], 0)) +
         n * 2 * backward.norm.size[1];
}

// What of x and dL/dy lies at one place, as it is stored.
template <typename Raw>
struct hale_pair {
  Raw x, g;
};

// Loads it of a pack of channels, with channels last.
template <typename T>
struct hale_pack_pairs {
  const T *x, *g;
  int64_t x_stride, g_stride;

  __device__ hale_pack_pairs(const hale_group_norm_backward& backward, int64_t n, int64_t c)
      : x(hale_plane<T>(backward.norm.x, n, c)),
        g(hale_plane<T>(backward.by_y, n, c)),
        x_stride(backward.norm.x.stride[3]),
        g_stride(backward.by_y.stride[3]) {}

  __device__ hale_pair<typename hale_pack16<T>::Raw> operator()(int64_t pixel) const {
    return {hale_raw(x + pixel * x_stride), hale_raw(g + pixel * g_stride)};
  }
};

// Loads it of one channel, with any strides.
template <typename T>
struct hale_channel_pairs {
  const T *x, *g;
  hale_pixels at_x, at_g;

  __device__ hale_channel_pairs(const hale_group_norm_backward& backward, int64_t n, int64_t c)
      : x(hale_plane<T>(backward.norm.x, n, c)),
        g(hale_plane<T>(backward.by_y, n, c)),
        at_x(hale_pixels_of(backward.norm, backward.norm.x)),
        at_g(hale_pixels_of(backward.norm, backward.by_y)) {}

  __device__ hale_pair<T> operator()(int64_t pixel) const {
    return {x[at_x[pixel]], g[at_g[pixel]]};
  }
};

// Block (n, part).
template <typename T>
__device__ void hale_slopes_of_pixels(const hale_group_norm_backward& backward,
                                      const hale_cut& cut) {
  typedef hale_pack16<T> Pack;
  constexpr int kWidth = Pack::kWidth;
  HALE_SHARED(float, sums, HALE_CUDA_BLOCK* kWidth);
  HALE_SHARED(float, dots, HALE_CUDA_BLOCK* kWidth);
  const hale_group_norm& norm = backward.norm;
  const hale_stretch of = hale_stretch_of(norm, cut, blockIdx.x);
  const int packs = static_cast<int>(norm.size[1] / kWidth);
  const hale_columns by = hale_columns_of(packs);
  const bool silu = norm.silu != 0;
  for (int first = 0; first < packs; first += by.across) {
    const int pack = first + by.column;
    Pack sum = {}, dot = {};
    if (by.lane < by.lanes && pack < packs) {
      const int64_t c = static_cast<int64_t>(pack) * kWidth;
      const hale_pack_channels<T> channels =
          hale_pack_channels_at<T>(hale_channels_at(norm, cut, of.n) + c, norm.size[1]);
      hale_each_pixel<2>(of.begin + by.lane, of.end, by.lanes,
                         hale_pack_pairs<T>(backward, of.n, c),
                         [&](int64_t, const hale_pair<typename Pack::Raw>& raw) {
                           const Pack at = Pack::of(raw.x), by_y = Pack::of(raw.g);
                           for (int i = 0; i < kWidth; ++i) {
                             const float d = at.at[i] - channels.centre.at[i];
                             const float s = hale_normalised_slope<float>(
                                 by_y.at[i], d, channels.gain.at[i], channels.offset.at[i], silu);
                             sum.at[i] += s;
                             dot.at[i] += s * d;
                           }
                         });
    }
    for (int i = 0; i < kWidth; ++i) {
      sums[i * HALE_CUDA_BLOCK + threadIdx.x] = sum.at[i];
      dots[i * HALE_CUDA_BLOCK + threadIdx.x] = dot.at[i];
    }
    hale_add_lanes<kWidth>(by, sums, dots);
    const int channels = (packs - first < by.across ? packs - first : by.across) * kWidth;
    hale_slopes* const to =
        hale_slopes_at(backward, cut, of.n, of.part) + static_cast<int64_t>(first) * kWidth;
    for (int c = threadIdx.x; c < channels; c += HALE_CUDA_BLOCK) {
      const int at = hale_sum_at<kWidth>(c);
      to[c] = {sums[at], dots[at]};
    }
    __syncthreads();
  }
}

// Block (n, part, channel).
template <typename T>
__device__ void hale_slopes_of_channel(const hale_group_norm_backward& backward,
                                       const hale_cut& cut) {
  HALE_SHARED(double, sums, HALE_CUDA_WARPS);
  HALE_SHARED(double, dots, HALE_CUDA_WARPS);
  const hale_group_norm& norm = backward.norm;
  const unsigned channels = static_cast<unsigned>(norm.size[1]);
  const hale_stretch of = hale_stretch_of(norm, cut, blockIdx.x / channels);
  const unsigned c = blockIdx.x % channels;
  const float* const at = hale_channels_at(norm, cut, of.n) + c;
  const float centre = at[0], gain = at[channels], offset = at[2 * channels];
  const bool silu = norm.silu != 0;
  float sum = 0, dot = 0;
  hale_each_pixel<4>(
      of.begin + threadIdx.x, of.end, HALE_CUDA_BLOCK, hale_channel_pairs<T>(backward, of.n, c),
      [&](int64_t, const hale_pair<T>& raw) {
        const float d = hale_as_float(raw.x) - centre;
        const float s = hale_normalised_slope<float>(hale_as_float(raw.g), d, gain, offset, silu);
        sum += s;
        dot += s * d;
      });
  const double total = hale_block_sum(static_cast<double>(sum), sums);
  const double total_dot = hale_block_sum(static_cast<double>(dot), dots);
  if (threadIdx.x == 0) hale_slopes_at(backward, cut, of.n, of.part)[c] = {total, total_dot};
}

// What channel c of image n gives to the derivatives of its parameters, by one thread; `group` and
// `group_slopes` are of the whole group.
template <typename T>
__device__ void hale_settle_parameters(const hale_group_norm_backward& backward,
                                       const hale_cut& cut, int64_t n, int64_t c,
                                       const hale_moments& group,
                                       const hale_slopes& group_slopes) {
  const hale_group_norm& norm = backward.norm;
  const int64_t channels = norm.size[1], area = norm.size[2] * norm.size[3];
  hale_slopes slopes = {0, 0};
  double sum = 0;
  for (int64_t part = 0; part < cut.parts; ++part) {
    const hale_slopes of = hale_slopes_at(backward, cut, n, part)[c];
    const int64_t rest = area - part * cut.pixels;
    slopes.sum += of.sum;
    slopes.dot += of.dot;
    sum += hale_moments_at(norm, cut, n, part)[c].mean *
           static_cast<double>(rest < cut.pixels ? rest : cut.pixels);
  }
  const hale_parameter_slopes of = hale_parameter_slopes_of(
      group, norm.epsilon, group_slopes, static_cast<double>(area),
      sum / static_cast<double>(area) + hale_element<T>(norm.added, n, c, 0), slopes,
      hale_element<T>(norm.weight, n, c, 1), hale_element<T>(norm.bias, n, c, 0),
      hale_element<T>(norm.scale, n, c, 0));
  for (int64_t row = 0; row < HALE_NORM_PARAMETERS; ++row) {
    backward.by_parameters[(n * HALE_NORM_PARAMETERS + row) * channels + c] = of.by[row];
  }
}

// Block (n, group).
template <typename T>
__device__ void hale_settle_slopes(const hale_group_norm_backward& backward, const hale_cut& cut) {
  HALE_SHARED(double, sums, HALE_CUDA_WARPS);
  HALE_SHARED(double, dots, HALE_CUDA_WARPS);
  const hale_group_norm& norm = backward.norm;
  const unsigned groups = static_cast<unsigned>(norm.groups), n = blockIdx.x / groups;
  const int64_t channels = norm.size[1], in_group = channels / norm.groups;
  const int64_t first = blockIdx.x % groups * in_group;
  const hale_moments moments = hale_moments_of_group<T>(norm, cut, n, first);
  const float* const gains = hale_channels_at(norm, cut, n) + channels + first;
  const unsigned few = static_cast<unsigned>(in_group);
  double sum = 0, dot = 0;
  for (unsigned i = threadIdx.x; i < few * cut.parts; i += HALE_CUDA_BLOCK) {
    const unsigned c = i % few;
    const hale_slopes of = hale_slopes_at(backward, cut, n, i / few)[first + c];
    sum += gains[c] * of.sum;
    dot += gains[c] * of.dot;
  }
  const hale_slopes group = {hale_block_sum(sum, sums), hale_block_sum(dot, dots)};
  const hale_group_gradient gradient = hale_group_gradient_of(moments, norm.epsilon, group);
  float* const to = hale_gradients_at(backward, cut, n) + first;
  for (int64_t c = threadIdx.x; c < in_group; c += HALE_CUDA_BLOCK) {
    to[c] = gradient.mean;
    to[channels + c] = gradient.slope;
    if (backward.by_parameters != nullptr) {
      hale_settle_parameters<T>(backward, cut, n, first + c, moments, group);
    }
  }
}

// Block (n, part).
template <typename T>
__device__ void hale_backward_pixels(const hale_group_norm_backward& backward,
                                     const hale_cut& moments, const hale_cut& cut) {
  typedef hale_pack16<T> Pack;
  const hale_group_norm& norm = backward.norm;
  const hale_stretch of = hale_stretch_of(norm, cut, blockIdx.x);
  const int packs = static_cast<int>(norm.size[1] / Pack::kWidth);
  const hale_columns by = hale_columns_of(packs);
  if (by.lane >= by.lanes) return;
  const bool silu = norm.silu != 0;
  for (int pack = by.column; pack < packs; pack += by.across) {
    const int64_t c = static_cast<int64_t>(pack) * Pack::kWidth;
    T* const to = hale_plane<T>(backward.by_x, of.n, c);
    const hale_pack_channels<T> channels =
        hale_pack_channels_at<T>(hale_channels_at(norm, moments, of.n) + c, norm.size[1]);
    const float* const group = hale_gradients_at(backward, moments, of.n) + c;
    Pack mean, slope;
    for (int i = 0; i < Pack::kWidth; ++i) {
      mean.at[i] = group[i];
      slope.at[i] = group[norm.size[1] + i];
    }
    hale_each_pixel<2>(of.begin + by.lane, of.end, by.lanes, hale_pack_pairs<T>(backward, of.n, c),
                       [&](int64_t pixel, const hale_pair<typename Pack::Raw>& raw) {
                         const Pack at = Pack::of(raw.x);
                         Pack result = Pack::of(raw.g);
                         for (int i = 0; i < Pack::kWidth; ++i) {
                           result.at[i] = hale_normalised_backward<float>(
                               result.at[i], at.at[i] - channels.centre.at[i], channels.gain.at[i],
                               channels.offset.at[i], mean.at[i], slope.at[i], silu);
                         }
                         result.store(to + pixel * backward.by_x.stride[3]);
                       });
  }
}

// Block (n, part, channel).
template <typename T>
__device__ void hale_backward_channel(const hale_group_norm_backward& backward,
                                      const hale_cut& moments, const hale_cut& cut) {
  const hale_group_norm& norm = backward.norm;
  const unsigned channels = static_cast<unsigned>(norm.size[1]);
  const hale_stretch of = hale_stretch_of(norm, cut, blockIdx.x / channels);
  const unsigned c = blockIdx.x % channels;
  const float* const at = hale_channels_at(norm, moments, of.n) + c;
  const float* const group = hale_gradients_at(backward, moments, of.n) + c;
  const float centre = at[0], gain = at[channels], offset = at[2 * channels];
  const float mean = group[0], slope = group[channels];
  const hale_pixels at_result = hale_pixels_of(norm, backward.by_x);
  T* const to = hale_plane<T>(backward.by_x, of.n, c);
  const bool silu = norm.silu != 0;
  hale_each_pixel<4>(
      of.begin + threadIdx.x, of.end, HALE_CUDA_BLOCK, hale_channel_pairs<T>(backward, of.n, c),
      [&](int64_t pixel, const hale_pair<T>& raw) {
        hale_put(to + at_result[pixel], hale_normalised_backward<float>(
                                            hale_as_float(raw.g), hale_as_float(raw.x) - centre,
                                            gain, offset, mean, slope, silu));
      });
}

extern "C" {

#define HALE_GROUP_NORM_BACKWARD_KERNELS(type, name)                                              \
  __global__ void __launch_bounds__(HALE_CUDA_BLOCK) hale_group_norm_slopes_channels_last_##name( \
      hale_group_norm_backward backward, hale_cut cut) {                                          \
    hale_slopes_of_pixels<type>(backward, cut);                                                   \
  }                                                                                               \
  __global__ void __launch_bounds__(HALE_CUDA_BLOCK)                                              \
      hale_group_norm_slopes_strided_##name(hale_group_norm_backward backward, hale_cut cut) {    \
    hale_slopes_of_channel<type>(backward, cut);                                                  \
  }                                                                                               \
  __global__ void __launch_bounds__(HALE_CUDA_BLOCK)                                              \
      hale_group_norm_settle_slopes_##name(hale_group_norm_backward backward, hale_cut cut) {     \
    hale_settle_slopes<type>(backward, cut);                                                      \
  }                                                                                               \
  __global__ void __launch_bounds__(HALE_CUDA_BLOCK)                                              \
      hale_group_norm_backward_channels_last_##name(hale_group_norm_backward backward,            \
                                                    hale_cut moments, hale_cut cut) {             \
    hale_backward_pixels<type>(backward, moments, cut);                                           \
  }                                                                                               \
  __global__ void __launch_bounds__(HALE_CUDA_BLOCK) hale_group_norm_backward_strided_##name(     \
      hale_group_norm_backward backward, hale_cut moments, hale_cut cut) {                        \
    hale_backward_channel<type>(backward, moments, cut);                                          \
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
