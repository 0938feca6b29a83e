// Group normalisation on a GPU: the arithmetic of group_norm_formula.h, x read twice, y written
// once. For each element of float32 that is 12 bytes and some 20 operations: memory is all, as long
// as nothing else is done for each element. So a block has one image and one stretch of its pixels,
// a thread one pack of channels, and what is the same for a channel is fetched once.
//
//   moments   one block for each part of each image (channels-last: all its channels, 16 bytes of
//             a pixel at a time) or of each channel (strided: neighbouring threads take
//             neighbouring pixels)
//   settle    one block for each group joins the parts of its channels in double precision
//   apply     blocks as those of the moments, for parts of their own
//   whole     all of this by one block for a few channels of an image, where the image is small:
//             three launches would take longer than what they do
//
// Kernels follow one another on one stream; nothing is added up atomically, so that results repeat
// to the bit.
#ifndef HALE_CUDA_GROUP_NORM_CUH_
#define HALE_CUDA_GROUP_NORM_CUH_

#include "group_norm_formula.h"
#include "group_norm_walk.cuh"

struct hale_part_moments {
  double mean, squares;
};

__device__ inline hale_part_moments* hale_moments_at(const hale_group_norm& norm,
                                                     const hale_cut& cut, int64_t n, int64_t part) {
  return static_cast<hale_part_moments*>(norm.workspace) + (n * cut.parts + part) * norm.size[1];
}

// Three floats for each channel: centres, gains, offsets.
__device__ inline float* hale_channels_at(const hale_group_norm& norm, const hale_cut& cut,
                                          int64_t n) {
  return reinterpret_cast<float*>(hale_moments_at(norm, cut, norm.size[0], 0)) +
         n * 3 * norm.size[1];
}

// Sums of the distances of channels from their values at the first pixel, and of their squares.
template <typename T>
__device__ void hale_sum_pixels(const hale_group_norm& norm, const hale_stretch& of,
                                const hale_columns& by, int pack, float* sums, float* squares) {
  typedef hale_pack16<T> Pack;
  Pack sum = {}, square = {};
  if (by.lane < by.lanes && pack < norm.size[1] / Pack::kWidth) {
    const T* const from = hale_plane<T>(norm.x, of.n, pack * Pack::kWidth);
    const int64_t stride = norm.x.stride[3];
    const Pack origin = Pack::of(hale_raw(from + of.begin * stride));
    hale_each_pixel<4>(
        of.begin + by.lane, of.end, by.lanes,
        [&](int64_t pixel) { return hale_raw(from + pixel * stride); },
        [&](int64_t, const typename Pack::Raw& raw) {
          const Pack x = Pack::of(raw);
          for (int i = 0; i < Pack::kWidth; ++i) {
            const float d = x.at[i] - origin.at[i];
            sum.at[i] += d;
            square.at[i] += d * d;
          }
        });
  }
  for (int i = 0; i < Pack::kWidth; ++i) {
    sums[i * HALE_CUDA_BLOCK + threadIdx.x] = sum.at[i];
    squares[i * HALE_CUDA_BLOCK + threadIdx.x] = square.at[i];
  }
  hale_add_lanes<Pack::kWidth>(by, sums, squares);
}

// Of channel `first` + c, from what hale_sum_pixels left.
template <typename T>
__device__ hale_moments hale_moments_from(const hale_group_norm& norm, const hale_stretch& of,
                                          int64_t first, int c, const float* sums,
                                          const float* squares) {
  const int at = hale_sum_at<hale_pack16<T>::kWidth>(c);
  const float origin =
      hale_as_float(hale_plane<T>(norm.x, of.n, first + c)[of.begin * norm.x.stride[3]]);
  return hale_moments_of(static_cast<double>(of.end - of.begin), origin, sums[at], squares[at]);
}

// Block (n, part).
template <typename T>
__device__ void hale_moments_of_pixels(const hale_group_norm& norm, const hale_cut& cut) {
  constexpr int kWidth = hale_pack16<T>::kWidth;
  HALE_SHARED(float, sums, HALE_CUDA_BLOCK* kWidth);
  HALE_SHARED(float, squares, HALE_CUDA_BLOCK* kWidth);
  const hale_stretch of = hale_stretch_of(norm, cut, blockIdx.x);
  const int packs = static_cast<int>(norm.size[1] / kWidth);
  const hale_columns by = hale_columns_of(packs);
  for (int first = 0; first < packs; first += by.across) {
    hale_sum_pixels<T>(norm, of, by, first + by.column, sums, squares);
    const int channels = (packs - first < by.across ? packs - first : by.across) * kWidth;
    const int64_t channel = static_cast<int64_t>(first) * kWidth;
    for (int c = threadIdx.x; c < channels; c += HALE_CUDA_BLOCK) {
      const hale_moments m = hale_moments_from<T>(norm, of, channel, c, sums, squares);
      hale_moments_at(norm, cut, of.n, of.part)[channel + c] = {m.mean, m.squares};
    }
    __syncthreads();
  }
}

// Block (n, part, channel).
template <typename T>
__device__ void hale_moments_of_channel(const hale_group_norm& norm, const hale_cut& cut) {
  HALE_SHARED(double, sums, HALE_CUDA_WARPS);
  HALE_SHARED(double, squares, HALE_CUDA_WARPS);
  const unsigned channels = static_cast<unsigned>(norm.size[1]);
  const hale_stretch of = hale_stretch_of(norm, cut, blockIdx.x / channels);
  const unsigned c = blockIdx.x % channels;
  const hale_pixels at = hale_pixels_of(norm, norm.x);
  const T* const from = hale_plane<T>(norm.x, of.n, c);
  const float origin = hale_as_float(from[at[of.begin]]);
  float sum = 0, square = 0;
  hale_each_pixel<4>(
      of.begin + threadIdx.x, of.end, HALE_CUDA_BLOCK,
      [&](int64_t pixel) { return from[at[pixel]]; },
      [&](int64_t, T x) {
        const float d = hale_as_float(x) - origin;
        sum += d;
        square += d * d;
      });
  const double total = hale_block_sum(static_cast<double>(sum), sums);
  const double total_squares = hale_block_sum(static_cast<double>(square), squares);
  if (threadIdx.x == 0) {
    const hale_moments m =
        hale_moments_of(static_cast<double>(of.end - of.begin), origin, total, total_squares);
    hale_moments_at(norm, cut, of.n, of.part)[c] = {m.mean, m.squares};
  }
}

template <typename T>
__device__ float hale_element(const hale_storage& t, int64_t n, int64_t c, float absent) {
  if (t.data == nullptr) return absent;
  return hale_as_float(static_cast<const T*>(t.data)[n * t.stride[0] + c * t.stride[1]]);
}

template <typename T>
__device__ hale_channel hale_channel_at(const hale_group_norm& norm, const hale_moments& group,
                                        int64_t n, int64_t c) {
  return hale_channel_of(group, norm.epsilon, hale_element<T>(norm.weight, n, c, 1),
                         hale_element<T>(norm.bias, n, c, 0), hale_element<T>(norm.added, n, c, 0),
                         hale_element<T>(norm.scale, n, c, 0),
                         hale_element<T>(norm.shift, n, c, 0));
}

// Of the group that begins with channel `first`, by a whole block, in every thread: first the mean,
// then the squares of distances from it, so that nothing is divided but once.
template <typename T>
__device__ hale_moments hale_moments_of_group(const hale_group_norm& norm, const hale_cut& cut,
                                              int64_t n, int64_t first) {
  HALE_SHARED(double, sums, HALE_CUDA_WARPS);
  HALE_SHARED(double, squares, HALE_CUDA_WARPS);
  const unsigned in_group = static_cast<unsigned>(norm.size[1] / norm.groups);
  const int64_t area = norm.size[2] * norm.size[3];
  const auto each = [&](auto use) {
    for (unsigned i = threadIdx.x; i < in_group * cut.parts; i += HALE_CUDA_BLOCK) {
      const unsigned c = i % in_group, part = i / in_group;
      const int64_t rest = area - static_cast<int64_t>(part) * cut.pixels;
      const hale_part_moments m = hale_moments_at(norm, cut, n, part)[first + c];
      use(static_cast<double>(rest < cut.pixels ? rest : cut.pixels),
          m.mean + hale_element<T>(norm.added, n, first + c, 0), m.squares);
    }
  };
  double sum = 0, square = 0;
  each([&](double count, double mean, double) { sum += count * mean; });
  const double count = static_cast<double>(area * in_group);
  const double mean = hale_block_sum(sum, sums) / count;
  each([&](double of, double its, double around) {
    square += around + of * (its - mean) * (its - mean);
  });
  return {count, mean, hale_block_sum(square, squares)};
}

// Block (n, group).
template <typename T>
__device__ void hale_settle_group(const hale_group_norm& norm, const hale_cut& cut) {
  const unsigned groups = static_cast<unsigned>(norm.groups), n = blockIdx.x / groups;
  const int64_t in_group = norm.size[1] / norm.groups, first = blockIdx.x % groups * in_group;
  const hale_moments group = hale_moments_of_group<T>(norm, cut, n, first);
  float* const to = hale_channels_at(norm, cut, n) + first;
  for (int64_t c = threadIdx.x; c < in_group; c += HALE_CUDA_BLOCK) {
    const hale_channel channel = hale_channel_at<T>(norm, group, n, first + c);
    to[c] = channel.centre;
    to[norm.size[1] + c] = channel.gain;
    to[2 * norm.size[1] + c] = channel.offset;
  }
}

// What a thread needs for its pack.
template <typename T>
struct hale_pack_channels {
  hale_pack16<T> centre, gain, offset;
};

template <typename T>
__device__ hale_pack_channels<T> hale_pack_channels_at(const float* at, int64_t channels) {
  hale_pack_channels<T> of;
  for (int i = 0; i < hale_pack16<T>::kWidth; ++i) {
    of.centre.at[i] = at[i];
    of.gain.at[i] = at[channels + i];
    of.offset.at[i] = at[2 * channels + i];
  }
  return of;
}

template <typename T>
__device__ void hale_apply_pack(const hale_group_norm& norm, const hale_stretch& of,
                                const hale_columns& by, int64_t c,
                                const hale_pack_channels<T>& channels) {
  typedef hale_pack16<T> Pack;
  const T* const from = hale_plane<T>(norm.x, of.n, c);
  T* const to = hale_plane<T>(norm.y, of.n, c);
  const bool silu = norm.silu != 0;
  hale_each_pixel<4>(
      of.begin + by.lane, of.end, by.lanes,
      [&](int64_t pixel) { return hale_raw(from + pixel * norm.x.stride[3]); },
      [&](int64_t pixel, const typename Pack::Raw& raw) {
        Pack x = Pack::of(raw);
        for (int i = 0; i < Pack::kWidth; ++i) {
          x.at[i] = hale_normalised<float>(x.at[i], channels.centre.at[i], channels.gain.at[i],
                                           channels.offset.at[i], silu);
        }
        x.store(to + pixel * norm.y.stride[3]);
      });
}

// Block (n, part).
template <typename T>
__device__ void hale_apply_pixels(const hale_group_norm& norm, const hale_cut& moments,
                                  const hale_cut& cut) {
  constexpr int kWidth = hale_pack16<T>::kWidth;
  const hale_stretch of = hale_stretch_of(norm, cut, blockIdx.x);
  const int packs = static_cast<int>(norm.size[1] / kWidth);
  const hale_columns by = hale_columns_of(packs);
  if (by.lane >= by.lanes) return;
  for (int pack = by.column; pack < packs; pack += by.across) {
    const int64_t c = static_cast<int64_t>(pack) * kWidth;
    const float* const at = hale_channels_at(norm, moments, of.n) + c;
    hale_apply_pack<T>(norm, of, by, c, hale_pack_channels_at<T>(at, norm.size[1]));
  }
}

// Block (n, part, channel).
template <typename T>
__device__ void hale_apply_channel(const hale_group_norm& norm, const hale_cut& moments,
                                   const hale_cut& cut) {
  const unsigned channels = static_cast<unsigned>(norm.size[1]);
  const hale_stretch of = hale_stretch_of(norm, cut, blockIdx.x / channels);
  const unsigned c = blockIdx.x % channels;
  const float* const at = hale_channels_at(norm, moments, of.n) + c;
  const float centre = at[0], gain = at[channels], offset = at[2 * channels];
  const hale_pixels x = hale_pixels_of(norm, norm.x), y = hale_pixels_of(norm, norm.y);
  const T* const from = hale_plane<T>(norm.x, of.n, c);
  T* const to = hale_plane<T>(norm.y, of.n, c);
  const bool silu = norm.silu != 0;
  hale_each_pixel<4>(
      of.begin + threadIdx.x, of.end, HALE_CUDA_BLOCK,
      [&](int64_t pixel) { return from[x[pixel]]; },
      [&](int64_t pixel, T value) {
        hale_put(to + y[pixel],
                 hale_normalised<float>(hale_as_float(value), centre, gain, offset, silu));
      });
}

// Block (n, slab of at most HALE_CUDA_BLOCK channels).
template <typename T>
__device__ void hale_normalise_whole(const hale_group_norm& norm) {
  constexpr int kWidth = hale_pack16<T>::kWidth;
  HALE_SHARED(float, sums, HALE_CUDA_BLOCK* kWidth);
  HALE_SHARED(float, squares, HALE_CUDA_BLOCK* kWidth);
  HALE_SHARED(double, means, HALE_CUDA_BLOCK);
  HALE_SHARED(double, spreads, HALE_CUDA_BLOCK);
  HALE_SHARED(float, settled, 3 * HALE_CUDA_BLOCK);
  const int in_group = static_cast<int>(norm.size[1] / norm.groups);
  const int slab = hale_slab_of(norm), c = static_cast<int>(threadIdx.x);
  const unsigned slabs = static_cast<unsigned>(norm.size[1]) / slab;
  const int64_t area = norm.size[2] * norm.size[3], first = blockIdx.x % slabs * slab;
  const hale_stretch all = {blockIdx.x / slabs, 0, 0, area};
  const hale_columns by = hale_columns_of(slab / kWidth);
  const int pack = static_cast<int>(first / kWidth) + by.column;
  hale_sum_pixels<T>(norm, all, by, pack, sums, squares);
  if (c < slab) {
    const hale_moments m = hale_moments_from<T>(norm, all, first, c, sums, squares);
    means[c] = m.mean + hale_element<T>(norm.added, all.n, first + c, 0);
    spreads[c] = m.squares;
  }
  __syncthreads();
  if (c < slab) {
    const int begin = c / in_group * in_group;
    double mean = 0, square = 0;
    for (int i = begin; i < begin + in_group; ++i) mean += means[i];
    mean /= in_group;
    for (int i = begin; i < begin + in_group; ++i) {
      square += spreads[i] + static_cast<double>(area) * (means[i] - mean) * (means[i] - mean);
    }
    const hale_moments group = {static_cast<double>(area * in_group), mean, square};
    const hale_channel channel = hale_channel_at<T>(norm, group, all.n, first + c);
    settled[c] = channel.centre;
    settled[slab + c] = channel.gain;
    settled[2 * slab + c] = channel.offset;
  }
  __syncthreads();
  if (by.lane >= by.lanes) return;
  hale_apply_pack<T>(norm, all, by, first + by.column * kWidth,
                     hale_pack_channels_at<T>(settled + by.column * kWidth, slab));
}

extern "C" {

#define HALE_GROUP_NORM_KERNELS(type, name)                                                        \
  __global__ void __launch_bounds__(HALE_CUDA_BLOCK, 4)                                            \
      hale_group_norm_moments_channels_last_##name(hale_group_norm norm, hale_cut cut) {           \
    hale_moments_of_pixels<type>(norm, cut);                                                       \
  }                                                                                                \
  __global__ void __launch_bounds__(HALE_CUDA_BLOCK)                                               \
      hale_group_norm_moments_strided_##name(hale_group_norm norm, hale_cut cut) {                 \
    hale_moments_of_channel<type>(norm, cut);                                                      \
  }                                                                                                \
  __global__ void __launch_bounds__(HALE_CUDA_BLOCK)                                               \
      hale_group_norm_settle_##name(hale_group_norm norm, hale_cut cut) {                          \
    hale_settle_group<type>(norm, cut);                                                            \
  }                                                                                                \
  __global__ void __launch_bounds__(HALE_CUDA_BLOCK, 4)                                            \
      hale_group_norm_apply_channels_last_##name(hale_group_norm norm, hale_cut moments,           \
                                                 hale_cut cut) {                                   \
    hale_apply_pixels<type>(norm, moments, cut);                                                   \
  }                                                                                                \
  __global__ void __launch_bounds__(HALE_CUDA_BLOCK)                                               \
      hale_group_norm_apply_strided_##name(hale_group_norm norm, hale_cut moments, hale_cut cut) { \
    hale_apply_channel<type>(norm, moments, cut);                                                  \
  }                                                                                                \
  __global__ void __launch_bounds__(HALE_CUDA_BLOCK, 4)                                            \
      hale_group_norm_whole_##name(hale_group_norm norm) {                                         \
    hale_normalise_whole<type>(norm);                                                              \
  }

HALE_GROUP_NORM_KERNELS(float, float32)
HALE_GROUP_NORM_KERNELS(uint16_t, bfloat16)
#undef HALE_GROUP_NORM_KERNELS

}  // extern "C"

#ifndef __CUDACC_RTC__
#include "group_norm_launch.h"

#ifdef __CUDACC__
// Queues the kernels on `stream` and returns at once.
inline cudaError_t hale_cuda_normalise_groups(const hale_group_norm& norm, cudaStream_t stream) {
  hale_launch_group_norm(norm, hale_cuda_launcher{stream});
  return cudaGetLastError();
}
#endif  // __CUDACC__
#endif  // __CUDACC_RTC__

#endif  // HALE_CUDA_GROUP_NORM_CUH_
