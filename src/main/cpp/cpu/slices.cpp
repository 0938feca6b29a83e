// From raw slices to a network's images on the CPU: every slice is read once and every image
// written once. A tile is a run of pixels of one row of the result, through some or all channels.
// Its values are computed channel by channel into rows on the stack, from there cast, and written
// in the order in which the result lies in memory.
#include "slices.h"

#include "../slices_formula.h"
#include "lanes.h"

namespace hale {
namespace HALE_ISA {
namespace {

constexpr int64_t kPixels = 64;  // the least of a tile where it takes many channels

// Where a tile lies: pixels [column, column + pixels) of one row, of them [begin, end) in a slice.
struct Tile {
  int64_t n, channel, row, column, channels, pixels, begin, end;
};

// One row of a slice, scaled; `seen` is 0 where the mask hides it.
template <bool kMasked>
void scale(const float* from, const float* seen, const hale_intensity& k, float* to, int64_t size) {
  for_elements<false>(size, [&](auto f, int64_t i) {
    using F = decltype(f);
    const F y = hale_scaled<F>(load<F>(from + i), k.centre, k.rest, k.gain);
    if constexpr (kMasked) {
      store(to + i, load<F>(seen + i) != F{} ? y : F{} + HALE_BACKGROUND);
    } else {
      store(to + i, y);
    }
  });
}

// The tile's values, a row of `pixels` for each of its channels.
void compute(const hale_slices& s, const Tile& tile, float* rows) {
  const int64_t top = hale_padding_before(s.size[2], s.padded[0]);
  const int64_t left = hale_padding_before(s.size[3], s.padded[1]);
  const int64_t y = tile.row - top, x = tile.begin - left, size = tile.end - tile.begin;
  const int64_t* const in = s.x.stride;
  float seen[kTile], packed[kTile];
  if (size > 0 && s.mask.data != nullptr) {
    const int64_t* const m = s.mask.stride;
    const uint8_t* const mask = s.mask.data + tile.n * m[0] + y * m[2] + x * m[3];
    for (int64_t i = 0; i < size; ++i) seen[i] = mask[i * m[3]] != 0 ? 1.0f : 0.0f;
  }
  for (int64_t c = 0; c < tile.channels; ++c, rows += tile.pixels) {
    const int64_t before = tile.begin - tile.column, inside = before + size;
    for (int64_t p = 0; p < before; ++p) rows[p] = HALE_BACKGROUND;
    for (int64_t p = inside; p < tile.pixels; ++p) rows[p] = HALE_BACKGROUND;
    if (size == 0) continue;
    const int64_t channel = tile.channel + c;
    const float* from = s.x.data + tile.n * in[0] + channel * in[1] + y * in[2] + x * in[3];
    if (in[3] != 1) {
      for (int64_t i = 0; i < size; ++i) packed[i] = from[i * in[3]];
      from = packed;
    }
    const hale_intensity& k = s.intensities[tile.n * s.size[1] + channel];
    (s.mask.data != nullptr ? scale<true> : scale<false>)(from, seen, k, rows + before, size);
  }
}

// The channels of a pixel next to one another.
template <int kChannels, typename T>
void interleave(const T* rows, T* to, int64_t pixels) {
#pragma omp simd
  for (int64_t p = 0; p < pixels; ++p) {
    for (int c = 0; c < kChannels; ++c) to[p * kChannels + c] = rows[c * pixels + p];
  }
}

template <typename T>
void write(const hale_slices& s, const Tile& tile, const T* rows) {
  const int64_t* const stride = s.out.stride;
  T* const to = static_cast<T*>(s.out.data) + tile.n * stride[0] + tile.channel * stride[1] +
                tile.row * stride[2] + tile.column * stride[3];
  const bool last = stride[1] == 1 && stride[3] == tile.channels;
  if (last && tile.channels == 4) return interleave<4>(rows, to, tile.pixels);
  if (last && tile.channels == 2) return interleave<2>(rows, to, tile.pixels);
  for (int64_t c = 0; c < tile.channels; ++c, rows += tile.pixels) {
    T* const channel = to + c * stride[1];
    if (stride[3] == 1) {
      __builtin_memcpy(channel, rows, tile.pixels * sizeof(T));
    } else {
      for (int64_t p = 0; p < tile.pixels; ++p) channel[p * stride[3]] = rows[p];
    }
  }
}

void do_tile(const hale_slices& s, const Tile& tile) {
  float rows[kTile];
  compute(s, tile, rows);
  if (s.bfloat16 == 0) return write(s, tile, rows);
  uint16_t halves[kTile];
  pack(rows, halves, tile.channels * tile.pixels);
  write(s, tile, halves);
}

}  // namespace

void prepare_slices(const hale_slices& s, int threads) {
  const int64_t images = s.size[0], channels = s.size[1], height = s.padded[0], width = s.padded[1];
  const int64_t elements = images * channels * height * width;
  if (elements == 0) return;
  const int64_t top = hale_padding_before(s.size[2], height);
  const int64_t left = hale_padding_before(s.size[3], width), right = left + s.size[3];
  const int64_t group = smaller(channels, kTile / kPixels), run = kTile / group;
  parallel(team_for(threads, images * height, elements), images * height, [&](int64_t job) {
    Tile tile;
    tile.n = job / height;
    tile.row = job % height;
    const bool blank = tile.row < top || tile.row >= top + s.size[2];
    for (tile.column = 0; tile.column < width; tile.column += run) {
      tile.pixels = smaller(run, width - tile.column);
      const int64_t end = tile.column + tile.pixels;
      tile.begin = blank ? end : smaller(larger(left, tile.column), end);
      tile.end = blank ? end : larger(smaller(right, end), tile.begin);
      for (tile.channel = 0; tile.channel < channels; tile.channel += group) {
        tile.channels = smaller(group, channels - tile.channel);
        do_tile(s, tile);
      }
    }
  });
}

}  // namespace HALE_ISA
}  // namespace hale
