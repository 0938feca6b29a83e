// How the CPU's group normalisation and its derivative walk an image: in parts of whole pixels, and
// in each part over tiles that are dense in memory or are packed into a buffer on the stack: all
// channels of a run of pixels ("channels-last"), or one channel of a run of pixels ("planar"). T is
// the type of an element in memory, float or uint16_t for bfloat16.
#ifndef HALE_CPU_NORM_WALK_H_
#define HALE_CPU_NORM_WALK_H_

#include "../group_norm_formula.h"
#include "lanes.h"

namespace hale {
namespace HALE_ISA {
namespace {

struct View {
  void* data;
  int64_t channel, row, pixel;
};

struct Walk {
  const hale_group_norm* norm;
  int64_t channels, rows, pixels;  // pixels of one row, after rows have been merged
  int64_t parts;
  bool channels_last;
  int64_t area() const { return rows * pixels; }
  int64_t begin(int64_t part) const { return part * area() / parts; }
};

// Channels [channel, channel + channels) of `pixels` pixels of one row, from `pixel` on.
struct Tile {
  int64_t channel, channels, row, pixel, pixels;
  int64_t size() const { return channels * pixels; }
};

template <typename T>
View view_of(const hale_storage& t, int64_t n) {
  return {static_cast<T*>(t.data) + n * t.stride[0], t.stride[1], t.stride[2], t.stride[3]};
}

int64_t start_of(const View& v, const Tile& tile) {
  return tile.channel * v.channel + tile.row * v.row + tile.pixel * v.pixel;
}

bool dense(const View& v, const Tile& tile) {
  return (tile.channels == 1 || v.channel == 1) && (tile.pixels == 1 || v.pixel == tile.channels);
}

// A tile's elements one after another: where they lie, or in the buffer.
template <typename T>
const T* gather(const View& v, const Tile& tile, T* buffer) {
  const T* from = static_cast<const T*>(v.data) + start_of(v, tile);
  if (dense(v, tile)) return from;
  T* to = buffer;
  for (int64_t p = 0; p < tile.pixels; ++p) {
    for (int64_t c = 0; c < tile.channels; ++c) *to++ = from[p * v.pixel + c * v.channel];
  }
  return buffer;
}

// Where a tile of y is to be computed: in place if it is dense and float32 there.
template <typename T>
float* target(const View& v, const Tile& tile, float* buffer) {
  if (!kIsFloat<T> || !dense(v, tile)) return buffer;
  return static_cast<float*>(v.data) + start_of(v, tile);
}

// Takes what was computed there to where it belongs, rounded if that is bfloat16.
template <typename T>
void scatter(const View& v, const Tile& tile, const float* from) {
  T* to = static_cast<T*>(v.data) + start_of(v, tile);
  if (dense(v, tile)) {
    if constexpr (!kIsFloat<T>) pack(from, to, tile.size());
    return;
  }
  for (int64_t p = 0; p < tile.pixels; ++p) {
    for (int64_t c = 0; c < tile.channels; ++c) store(to + p * v.pixel + c * v.channel, *from++);
  }
}

float element(const hale_storage& t, int64_t n, int64_t c, bool bfloat16, float absent) {
  if (t.data == nullptr) return absent;
  const int64_t at = n * t.stride[0] + c * t.stride[1];
  return bfloat16 ? hale_from_bfloat16(static_cast<const uint16_t*>(t.data)[at])
                  : static_cast<const float*>(t.data)[at];
}

// Calls f(tile) for the tiles of pixels [from, to), which stay within a row.
template <typename F>
void for_tiles(const Walk& walk, int64_t channel, int64_t channels, int64_t from, int64_t to, F f) {
  const int64_t most = channels == 1 ? kTile : kTile / channels;
  while (from < to) {
    // Divisions are slow, and mostly there is one row.
    const int64_t row = walk.rows == 1 ? 0 : from / walk.pixels;
    const int64_t pixel = from - row * walk.pixels;
    const int64_t pixels = smaller(smaller(most, walk.pixels - pixel), to - from);
    f(Tile{channel, channels, row, pixel, pixels});
    from += pixels;
  }
}

// `tensors` are those that are walked along with one another.
template <int kTensors>
Walk plan(const hale_group_norm& norm, const hale_storage* const (&tensors)[kTensors]) {
  Walk walk;
  walk.norm = &norm;
  walk.channels = norm.size[1];
  walk.rows = norm.size[2];
  walk.pixels = norm.size[3];
  walk.parts = hale_group_norm_parts(norm);
  walk.channels_last = walk.channels > 1 && walk.channels <= kTile && norm.x.stride[1] == 1;
  bool merge = true;
  for (const hale_storage* t : tensors) merge &= t->stride[2] == walk.pixels * t->stride[3];
  if (merge) {
    walk.pixels *= walk.rows;
    walk.rows = 1;
  }
  return walk;
}

}  // namespace
}  // namespace HALE_ISA
}  // namespace hale

#endif  // HALE_CPU_NORM_WALK_H_
