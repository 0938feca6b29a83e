// How element-wise kernels walk tensors of any strides: each image in tiles, short runs of elements
// that are dense in memory or are packed into a buffer on the stack. Axes are put in the order in
// which the first operand lies in memory and merged where all operands let them, so that a tile of
// dense tensors is a plain stretch of memory, whatever they call their axes.
#ifndef HALE_CPU_TILES_H_
#define HALE_CPU_TILES_H_

#include "lanes.h"

namespace hale {
namespace HALE_ISA {
namespace {

// Elements [0, rows) x [0, columns) from `at` elements into each operand's image.
template <int kOperands>
struct Tile {
  int64_t at[kOperands];
  int64_t rows, columns;
  int64_t size() const { return rows * columns; }
};

// The tiles of one image; every image has the same.
template <int kOperands>
struct Tiles {
  int64_t size[3];
  int64_t stride[kOperands][3];
  int64_t image[kOperands];  // from one image to the next
  int64_t rows, columns;     // of a whole tile, along the two inner axes
  int64_t down, across;      // tiles along these
  int64_t count;

  Tile<kOperands> operator[](int64_t i) const {
    const int64_t column = i % across * columns, row = i / across % down * rows;
    const int64_t outer = i / (across * down);
    Tile<kOperands> tile;
    tile.rows = smaller(rows, size[1] - row);
    tile.columns = smaller(columns, size[2] - column);
    for (int o = 0; o < kOperands; ++o) {
      tile.at[o] = outer * stride[o][0] + row * stride[o][1] + column * stride[o][2];
    }
    return tile;
  }

  bool dense(int operand, const Tile<kOperands>& tile) const {
    return (tile.columns == 1 || stride[operand][2] == 1) &&
           (tile.rows == 1 || stride[operand][1] == tile.columns);
  }
};

// From the strides of each operand along n and three more axes; null for an absent one.
template <int kOperands>
Tiles<kOperands> tiles_of(const int64_t size[4], const int64_t* const (&strides)[kOperands]) {
  Tiles<kOperands> t;
  for (int axis = 0; axis < 3; ++axis) {
    t.size[axis] = size[axis + 1];
    for (int o = 0; o < kOperands; ++o) {
      t.stride[o][axis] = strides[o] == nullptr ? 0 : strides[o][axis + 1];
    }
  }
  for (int o = 0; o < kOperands; ++o) t.image[o] = strides[o] == nullptr ? 0 : strides[o][0];
  const auto swap_axes = [&](int a, int b) {
    swap(t.size[a], t.size[b]);
    for (int o = 0; o < kOperands; ++o) swap(t.stride[o][a], t.stride[o][b]);
  };
  // Outermost the axes of one element, then by falling strides of the first operand.
  const auto outside = [&](int a, int b) {
    if (t.size[a] == 1 || t.size[b] == 1) return t.size[a] == 1 && t.size[b] != 1;
    return t.stride[0][a] > t.stride[0][b];
  };
  for (int pass = 0; pass < 2; ++pass) {
    for (int a = 0; a < 2; ++a) {
      if (outside(a + 1, a)) swap_axes(a, a + 1);
    }
  }
  const auto merge = [&](int outer, int inner) {
    for (int o = 0; o < kOperands; ++o) {
      if (t.size[outer] != 1 && t.stride[o][outer] != t.size[inner] * t.stride[o][inner]) return;
    }
    t.size[inner] *= t.size[outer];
    t.size[outer] = 1;
  };
  merge(1, 2);
  if (t.size[1] == 1) swap_axes(0, 1);
  merge(1, 2);
  merge(0, 1);
  t.columns = smaller(larger(t.size[2], 1), kTile);
  t.rows = t.columns < t.size[2] ? 1 : smaller(larger(t.size[1], 1), kTile / t.columns);
  t.down = (t.size[1] + t.rows - 1) / t.rows;
  t.across = (t.size[2] + t.columns - 1) / t.columns;
  t.count = t.size[0] * t.down * t.across;
  return t;
}

// The tile of an input, where it lies or packed into `buffer`. Null for an absent one.
template <typename T, int kOperands>
const T* gather(const T* image, const Tiles<kOperands>& tiles, int operand,
                const Tile<kOperands>& tile, T* buffer) {
  if (image == nullptr) return nullptr;
  const T* from = image + tile.at[operand];
  if (tiles.dense(operand, tile)) return from;
  const int64_t down = tiles.stride[operand][1], across = tiles.stride[operand][2];
  T* to = buffer;
  for (int64_t row = 0; row < tile.rows; ++row) {
    for (int64_t column = 0; column < tile.columns; ++column) {
      *to++ = from[row * down + column * across];
    }
  }
  return buffer;
}

// Where the tile of a result is to be computed: in place if it is dense there.
template <typename T, int kOperands>
T* target(T* image, const Tiles<kOperands>& tiles, int operand, const Tile<kOperands>& tile,
          T* buffer) {
  return image != nullptr && tiles.dense(operand, tile) ? image + tile.at[operand] : buffer;
}

template <typename T, int kOperands>
void scatter(T* image, const Tiles<kOperands>& tiles, int operand, const Tile<kOperands>& tile,
             const T* from) {
  if (image == nullptr || tiles.dense(operand, tile)) return;
  const int64_t down = tiles.stride[operand][1], across = tiles.stride[operand][2];
  T* to = image + tile.at[operand];
  for (int64_t row = 0; row < tile.rows; ++row) {
    for (int64_t column = 0; column < tile.columns; ++column) {
      to[row * down + column * across] = *from++;
    }
  }
}

}  // namespace
}  // namespace HALE_ISA
}  // namespace hale

#endif  // HALE_CPU_TILES_H_
