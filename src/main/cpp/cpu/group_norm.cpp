// Group normalisation on the CPU: x is read twice, y written once, and there is nothing in between
// but a few numbers for each channel. Where there are enough images for all threads, one thread
// does both passes over an image, the second out of its cache.
//
// An image is cut into parts of whole pixels, by its size alone; the parts' moments are joined in
// their order. So neither the number of threads nor the instruction set changes a bit.
#include "group_norm.h"

#include "norm_moments.h"

namespace hale {
namespace HALE_ISA {
namespace {

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

struct Image {
  View x, y;
  Moments* parts;
  float* channels;
};

}  // namespace

void normalise_groups(const hale_group_norm& norm, int threads) {
  const int64_t elements = norm.size[0] * norm.size[1] * norm.size[2] * norm.size[3];
  if (elements == 0) return;
  const Walk walk = plan(norm, {&norm.x, &norm.y});
  const int64_t bytes = norm.bfloat16 != 0 ? 2 : 4;
  const int64_t images = norm.size[0], parts = walk.parts;
  const auto image = [&](int64_t n) {
    Moments* const all = static_cast<Moments*>(norm.workspace);
    Moments* const moments = all + n * parts * walk.channels;
    float* const channels = reinterpret_cast<float*>(all + images * parts * walk.channels);
    return Image{view_of(norm.x, n, bytes), view_of(norm.y, n, bytes), moments,
                 channels + n * 3 * walk.channels};
  };
  const auto finish = [&](const Image& at, int64_t part) {
    (norm.silu != 0 ? apply<true> : apply<false>)(walk, at.x, at.y, walk.begin(part),
                                                  walk.begin(part + 1), at.channels);
  };
  const int team = team_for(threads, images * parts, elements);
  if (images >= team) {
    parallel(team, images, [&](int64_t n) {
      const Image at = image(n);
      for (int64_t part = 0; part < parts; ++part) measure(walk, at.x, part, at.parts);
      settle(walk, n, at.parts, at.channels);
      for (int64_t part = 0; part < parts; ++part) finish(at, part);
    });
    return;
  }
  parallel(team, images * parts, [&](int64_t i) {
    const Image at = image(i / parts);
    measure(walk, at.x, i % parts, at.parts);
  });
  for (int64_t n = 0; n < images; ++n) settle(walk, n, image(n).parts, image(n).channels);
  parallel(team, images * parts, [&](int64_t i) { finish(image(i / parts), i % parts); });
}

}  // namespace HALE_ISA
}  // namespace hale
