// The moments of the groups, and what each channel then needs: the first half of the CPU's group
// normalisation, and of its derivative.
#ifndef HALE_CPU_NORM_MOMENTS_H_
#define HALE_CPU_NORM_MOMENTS_H_

#include "norm_walk.h"

namespace hale {
namespace HALE_ISA {
namespace {

constexpr int64_t kFloatPixels = 128;  // summed in float32 before they are joined in float64

struct Moments {  // of a part of a channel: its pixels are counted elsewhere
  double mean, squares;
};

// Adds the distances of `pixels` pixels from `origin` to sums and squares, for each channel.
template <typename F, typename T>
inline void add_pixels(const T* x, int64_t pixels, int64_t channels, int64_t c, const float* origin,
                       float* sums, float* squares) {
  const F from = load<F>(origin + c);
  F sum = load<F>(sums + c), square = load<F>(squares + c);
  for (int64_t p = 0; p < pixels; ++p) {
    const F d = load<F>(x + p * channels + c) - from;
    sum += d;
    square = hale_fma<F>(d, d, square);
  }
  store(sums + c, sum);
  store(squares + c, square);
}

template <typename T>
void measure_channels_last(const Walk& walk, const View& x, int64_t begin, int64_t end,
                           Moments* to) {
  const int64_t channels = walk.channels;
  T buffer[kTile];
  float origin[kTile], sums[kTile], squares[kTile];
  int64_t done = 0;
  for (int64_t from = begin; from < end; from += kFloatPixels) {
    const int64_t until = smaller(end, from + kFloatPixels);
    bool first = true;
    for_tiles(walk, 0, channels, from, until, [&](const Tile& tile) {
      const T* at = gather(x, tile, buffer);
      if (first) {
        for (int64_t c = 0; c < channels; ++c) {
          origin[c] = load<float>(at + c);
          sums[c] = squares[c] = 0;
        }
        first = false;
      }
      // A few pixels at a time, so that each is read in one sweep.
      for (int64_t p = 0; p < tile.pixels; p += 4) {
        const int64_t few = smaller(4, tile.pixels - p);
        const T* here = at + p * channels;
        for_elements<false>(channels, [&](auto f, int64_t c) {
          add_pixels<decltype(f)>(here, few, channels, c, origin, sums, squares);
        });
      }
    });
    const double count = static_cast<double>(until - from);
    for (int64_t c = 0; c < channels; ++c) {
      const hale_moments here = hale_moments_of(count, origin[c], sums[c], squares[c]);
      const hale_moments so_far = {static_cast<double>(done), to[c].mean, to[c].squares};
      const hale_moments both = done == 0 ? here : hale_join(so_far, here);
      to[c] = {both.mean, both.squares};
    }
    done += until - from;
  }
}

template <typename T>
void measure_planar(const Walk& walk, const View& x, int64_t begin, int64_t end, Moments* to) {
  T buffer[kTile];
  for (int64_t c = 0; c < walk.channels; ++c) {
    hale_moments so_far = {0, 0, 0};
    for_tiles(walk, c, 1, begin, end, [&](const Tile& tile) {
      const T* at = gather(x, tile, buffer);
      const float origin = load<float>(at);
      Sums sums, squares;
      int64_t p = 0;
      for (; p + Sums::kWide <= tile.pixels; p += Sums::kWide) {
        for (int64_t v = 0; v < Sums::kVectors; ++v) {
          const Lanes d = load<Lanes>(at + p + v * kLanes) - origin;
          sums.at[v] += d;
          squares.at[v] = hale_fma<Lanes>(d, d, squares.at[v]);
        }
      }
      double sum = sums.total(), square = squares.total();
      for (; p < tile.pixels; ++p) {
        const double d = load<float>(at + p) - origin;
        sum += d;
        square += d * d;
      }
      so_far =
          hale_join(so_far, hale_moments_of(static_cast<double>(tile.pixels), origin, sum, square));
    });
    to[c] = {so_far.mean, so_far.squares};
  }
}

template <typename T>
void measure(const Walk& walk, const View& x, int64_t part, Moments* parts) {
  (walk.channels_last ? measure_channels_last<T> : measure_planar<T>)(walk, x, walk.begin(part),
                                                                      walk.begin(part + 1),
                                                                      parts + part * walk.channels);
}

// The moments of x + added over all parts of the group that begins with channel `first`.
hale_moments moments_of_group(const Walk& walk, int64_t n, int64_t first, const Moments* parts) {
  const hale_group_norm& norm = *walk.norm;
  hale_moments group = {0, 0, 0};
  for (int64_t c = first; c < first + walk.channels / norm.groups; ++c) {
    const double added = element(norm.added, n, c, norm.bfloat16 != 0, 0);
    for (int64_t part = 0; part < walk.parts; ++part) {
      const Moments& m = parts[part * walk.channels + c];
      const double count = static_cast<double>(walk.begin(part + 1) - walk.begin(part));
      group = hale_join(group, {count, m.mean + added, m.squares});
    }
  }
  return group;
}

// Leaves what each channel needs.
void settle(const Walk& walk, int64_t n, const Moments* parts, float* channels) {
  const hale_group_norm& norm = *walk.norm;
  const bool bfloat16 = norm.bfloat16 != 0;
  const int64_t in_group = walk.channels / norm.groups;
  for (int64_t first = 0; first < walk.channels; first += in_group) {
    const hale_moments group = moments_of_group(walk, n, first, parts);
    for (int64_t c = first; c < first + in_group; ++c) {
      const hale_channel channel = hale_channel_of(
          group, norm.epsilon, element(norm.weight, n, c, bfloat16, 1),
          element(norm.bias, n, c, bfloat16, 0), element(norm.added, n, c, bfloat16, 0),
          element(norm.scale, n, c, bfloat16, 0), element(norm.shift, n, c, bfloat16, 0));
      channels[c] = channel.centre;
      channels[walk.channels + c] = channel.gain;
      channels[2 * walk.channels + c] = channel.offset;
    }
  }
}

}  // namespace
}  // namespace HALE_ISA
}  // namespace hale

#endif  // HALE_CPU_NORM_MOMENTS_H_
