// Group normalisation on the CPU: x is read twice, y written once, and there is nothing in between
// but a few numbers for each channel. Where there are enough images for all threads, one thread
// does both passes over an image, the second out of its cache.
//
// An image is cut into parts of whole pixels, by its size alone; the parts' moments are joined in
// their order. So neither the number of threads nor the instruction set changes a bit.
//
// As in denoise_step.cpp the arithmetic runs over tiles that are dense in memory or are packed into
// a buffer on the stack (bfloat16 is unpacked there): all channels of a run of pixels
// ("channels-last"), or one channel of a run of pixels ("planar").
#include "group_norm.h"

#include "../group_norm_formula.h"
#include "lanes.h"

namespace hale {
namespace HALE_ISA {
namespace {

constexpr int64_t kFloatPixels = 128;  // summed in float32 before they are joined in float64

struct View {
  void* data;
  int64_t channel, row, pixel;
};

struct Moments {  // of a part of a channel: its pixels are counted elsewhere
  double mean, squares;
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

View view_of(const hale_storage& t, int64_t n, int64_t bytes) {
  return {static_cast<char*>(t.data) + n * t.stride[0] * bytes, t.stride[1], t.stride[2],
          t.stride[3]};
}

int64_t start_of(const View& v, const Tile& tile) {
  return tile.channel * v.channel + tile.row * v.row + tile.pixel * v.pixel;
}

bool dense(const View& v, const Tile& tile) {
  return (tile.channels == 1 || v.channel == 1) && (tile.pixels == 1 || v.pixel == tile.channels);
}

const float* gather(const View& v, const Tile& tile, bool bfloat16, float* buffer) {
  const int64_t start = start_of(v, tile);
  if (bfloat16) {
    const uint16_t* from = static_cast<const uint16_t*>(v.data) + start;
    if (dense(v, tile)) {
      unpack(from, buffer, tile.size());
      return buffer;
    }
    float* to = buffer;
    for (int64_t p = 0; p < tile.pixels; ++p) {
      for (int64_t c = 0; c < tile.channels; ++c) {
        *to++ = hale_from_bfloat16(from[p * v.pixel + c * v.channel]);
      }
    }
    return buffer;
  }
  const float* from = static_cast<const float*>(v.data) + start;
  if (dense(v, tile)) return from;
  float* to = buffer;
  for (int64_t p = 0; p < tile.pixels; ++p) {
    for (int64_t c = 0; c < tile.channels; ++c) *to++ = from[p * v.pixel + c * v.channel];
  }
  return buffer;
}

// Where a tile of y is to be computed: in place if it is dense there.
float* target(const View& v, const Tile& tile, bool bfloat16, float* buffer) {
  if (bfloat16 || !dense(v, tile)) return buffer;
  return static_cast<float*>(v.data) + start_of(v, tile);
}

void scatter(const View& v, const Tile& tile, bool bfloat16, const float* from) {
  const int64_t start = start_of(v, tile);
  if (bfloat16) {
    uint16_t* to = static_cast<uint16_t*>(v.data) + start;
    if (dense(v, tile)) {
      pack(from, to, tile.size());
      return;
    }
    for (int64_t p = 0; p < tile.pixels; ++p) {
      for (int64_t c = 0; c < tile.channels; ++c) {
        to[p * v.pixel + c * v.channel] = hale_to_bfloat16(*from++);
      }
    }
    return;
  }
  if (dense(v, tile)) return;
  float* to = static_cast<float*>(v.data) + start;
  for (int64_t p = 0; p < tile.pixels; ++p) {
    for (int64_t c = 0; c < tile.channels; ++c) to[p * v.pixel + c * v.channel] = *from++;
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

// Adds the distances of `pixels` pixels from `origin` to sums and squares, for each channel.
template <typename F>
inline void add_pixels(const float* x, int64_t pixels, int64_t channels, int64_t c,
                       const float* origin, float* sums, float* squares) {
  const F from = load<F>(origin + c);
  F sum = load<F>(sums + c), square = load<F>(squares + c);
  for (int64_t p = 0; p < pixels; ++p) {
    const F d = load<F>(x + p * channels + c) - from;
    sum += d;
    square += d * d;
  }
  store(sums + c, sum);
  store(squares + c, square);
}

void measure_channels_last(const Walk& walk, const View& x, int64_t begin, int64_t end,
                           Moments* to) {
  const bool bfloat16 = walk.norm->bfloat16 != 0;
  const int64_t channels = walk.channels;
  float buffer[kTile], origin[kTile], sums[kTile], squares[kTile];
  int64_t done = 0;
  for (int64_t from = begin; from < end; from += kFloatPixels) {
    const int64_t until = smaller(end, from + kFloatPixels);
    bool first = true;
    for_tiles(walk, 0, channels, from, until, [&](const Tile& tile) {
      const float* at = gather(x, tile, bfloat16, buffer);
      if (first) {
        for (int64_t c = 0; c < channels; ++c) {
          origin[c] = at[c];
          sums[c] = squares[c] = 0;
        }
        first = false;
      }
      // A few pixels at a time, so that each is read in one sweep.
      for (int64_t p = 0; p < tile.pixels; p += 4) {
        const int64_t few = smaller(4, tile.pixels - p);
        const float* here = at + p * channels;
        int64_t c = 0;
        for (; c + kLanes <= channels; c += kLanes) {
          add_pixels<Lanes>(here, few, channels, c, origin, sums, squares);
        }
        for (; c < channels; ++c) {
          add_pixels<float>(here, few, channels, c, origin, sums, squares);
        }
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

void measure_planar(const Walk& walk, const View& x, int64_t begin, int64_t end, Moments* to) {
  float buffer[kTile];
  for (int64_t c = 0; c < walk.channels; ++c) {
    hale_moments so_far = {0, 0, 0};
    for_tiles(walk, c, 1, begin, end, [&](const Tile& tile) {
      const float* at = gather(x, tile, walk.norm->bfloat16 != 0, buffer);
      const float origin = at[0];
      Sums sums, squares;
      int64_t p = 0;
      for (; p + Sums::kWide <= tile.pixels; p += Sums::kWide) {
        for (int64_t v = 0; v < Sums::kVectors; ++v) {
          const Lanes d = load<Lanes>(at + p + v * kLanes) - origin;
          sums.at[v] += d;
          squares.at[v] += d * d;
        }
      }
      double sum = sums.total(), square = squares.total();
      for (; p < tile.pixels; ++p) {
        const double d = at[p] - origin;
        sum += d;
        square += d * d;
      }
      so_far =
          hale_join(so_far, hale_moments_of(static_cast<double>(tile.pixels), origin, sum, square));
    });
    to[c] = {so_far.mean, so_far.squares};
  }
}

// Joins the parts of all channels of each group and leaves what each channel needs.
void settle(const Walk& walk, int64_t n, const Moments* parts, float* channels) {
  const hale_group_norm& norm = *walk.norm;
  const bool bfloat16 = norm.bfloat16 != 0;
  const int64_t in_group = walk.channels / norm.groups;
  for (int64_t first = 0; first < walk.channels; first += in_group) {
    hale_moments group = {0, 0, 0};
    for (int64_t c = first; c < first + in_group; ++c) {
      const double added = element(norm.added, n, c, bfloat16, 0);
      for (int64_t part = 0; part < walk.parts; ++part) {
        const Moments& m = parts[part * walk.channels + c];
        const double count = static_cast<double>(walk.begin(part + 1) - walk.begin(part));
        group = hale_join(group, {count, m.mean + added, m.squares});
      }
    }
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

template <bool kSilu>
void apply(const Walk& walk, const View& x, const View& y, int64_t begin, int64_t end,
           const float* centres) {
  const bool bfloat16 = walk.norm->bfloat16 != 0;
  const int64_t channels = walk.channels;
  const float *gains = centres + channels, *offsets = gains + channels;
  float from_buffer[kTile], to_buffer[kTile];
  if (walk.channels_last) {
    for_tiles(walk, 0, channels, begin, end, [&](const Tile& tile) {
      const float* from = gather(x, tile, bfloat16, from_buffer);
      float* const target_tile = target(y, tile, bfloat16, to_buffer);
      float* to = target_tile;
      for (int64_t p = 0; p < tile.pixels; ++p, from += channels, to += channels) {
        int64_t c = 0;
        for (; c + kLanes <= channels; c += kLanes) {
          store(to + c, hale_normalised(load<Lanes>(from + c), load<Lanes>(centres + c),
                                        load<Lanes>(gains + c), load<Lanes>(offsets + c), kSilu));
        }
        for (; c < channels; ++c) {
          to[c] = hale_normalised(from[c], centres[c], gains[c], offsets[c], kSilu);
        }
      }
      scatter(y, tile, bfloat16, target_tile);
    });
    return;
  }
  for (int64_t c = 0; c < channels; ++c) {
    const float centre = centres[c], gain = gains[c], offset = offsets[c];
    for_tiles(walk, c, 1, begin, end, [&](const Tile& tile) {
      const float* from = gather(x, tile, bfloat16, from_buffer);
      float* const to = target(y, tile, bfloat16, to_buffer);
      int64_t p = 0;
      for (; p + kLanes <= tile.pixels; p += kLanes) {
        store(to + p, hale_normalised(load<Lanes>(from + p), Lanes{} + centre, Lanes{} + gain,
                                      Lanes{} + offset, kSilu));
      }
      for (; p < tile.pixels; ++p) {
        to[p] = hale_normalised(from[p], centre, gain, offset, kSilu);
      }
      scatter(y, tile, bfloat16, to);
    });
  }
}

Walk plan(const hale_group_norm& norm) {
  Walk walk;
  walk.norm = &norm;
  walk.channels = norm.size[1];
  walk.rows = norm.size[2];
  walk.pixels = norm.size[3];
  walk.parts = hale_group_norm_parts(norm);
  walk.channels_last = walk.channels > 1 && walk.channels <= kTile && norm.x.stride[1] == 1;
  const auto follows = [&](const hale_storage& t) {
    return t.stride[2] == walk.pixels * t.stride[3];
  };
  if (follows(norm.x) && follows(norm.y)) {
    walk.pixels *= walk.rows;
    walk.rows = 1;
  }
  return walk;
}

struct Image {
  View x, y;
  Moments* parts;
  float* channels;
};

}  // namespace

void normalise_groups(const hale_group_norm& norm, int threads) {
  const int64_t elements = norm.size[0] * norm.size[1] * norm.size[2] * norm.size[3];
  if (elements == 0) return;
  const Walk walk = plan(norm);
  const int64_t bytes = norm.bfloat16 != 0 ? 2 : 4;
  const int64_t images = norm.size[0], parts = walk.parts;
  const auto image = [&](int64_t n) {
    Moments* const all = static_cast<Moments*>(norm.workspace);
    Moments* const moments = all + n * parts * walk.channels;
    float* const channels = reinterpret_cast<float*>(all + images * parts * walk.channels);
    return Image{view_of(norm.x, n, bytes), view_of(norm.y, n, bytes), moments,
                 channels + n * 3 * walk.channels};
  };
  const auto measure = [&](const Image& at, int64_t part) {
    (walk.channels_last ? measure_channels_last : measure_planar)(
        walk, at.x, walk.begin(part), walk.begin(part + 1), at.parts + part * walk.channels);
  };
  const auto finish = [&](const Image& at, int64_t part) {
    (norm.silu != 0 ? apply<true> : apply<false>)(walk, at.x, at.y, walk.begin(part),
                                                  walk.begin(part + 1), at.channels);
  };
  const int team = team_for(threads, images * parts, elements);
  if (images >= team) {
    parallel(team, images, [&](int64_t n) {
      const Image at = image(n);
      for (int64_t part = 0; part < parts; ++part) measure(at, part);
      settle(walk, n, at.parts, at.channels);
      for (int64_t part = 0; part < parts; ++part) finish(at, part);
    });
    return;
  }
  parallel(team, images * parts, [&](int64_t i) { measure(image(i / parts), i % parts); });
  for (int64_t n = 0; n < images; ++n) settle(walk, n, image(n).parts, image(n).channels);
  parallel(team, images * parts, [&](int64_t i) { finish(image(i / parts), i % parts); });
}

}  // namespace HALE_ISA
}  // namespace hale
