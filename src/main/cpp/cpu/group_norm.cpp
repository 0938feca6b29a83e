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

// y of one pixel's channels, from c on.
template <typename F, bool kSilu, typename T>
inline F normalised(const T* x, int64_t c, const float* centres, int64_t channels) {
  return hale_normalised<F>(load<F>(x + c), load<F>(centres + c), load<F>(centres + channels + c),
                            load<F>(centres + 2 * channels + c), kSilu);
}

// SiLU of a tile in the cache.
void silu(float* y, int64_t size) {
  for_elements<true>(size,
                     [=](auto f, int64_t i) { store(y + i, hale_silu(load<decltype(f)>(y + i))); });
}

template <typename T, bool kSilu>
void apply(const Walk& walk, const View& x, const View& y, int64_t begin, int64_t end,
           const float* centres) {
  // SiLU is a long chain of steps; with the conversions of bfloat16 in the same loop, the processor
  // looks ahead over too few elements. In float32 there are none, and a tile lies in y itself,
  // which had better be written once.
  constexpr bool kAtOnce = kSilu && kIsFloat<T>;
  const int64_t channels = walk.channels;
  const float *gains = centres + channels, *offsets = gains + channels;
  T from_buffer[kTile];
  float buffer[kTile];
  if (walk.channels_last) {
    for_tiles(walk, 0, channels, begin, end, [&](const Tile& tile) {
      const T* from = gather(x, tile, from_buffer);
      float* const to = target<T>(y, tile, buffer);
      for (int64_t i = 0; i < tile.size(); i += channels) {
        for_elements<kAtOnce>(channels, [=](auto f, int64_t c) {
          store(to + i + c, normalised<decltype(f), kAtOnce>(from + i, c, centres, channels));
        });
      }
      if (kSilu && !kAtOnce) silu(to, tile.size());
      scatter<T>(y, tile, to);
    });
    return;
  }
  for (int64_t c = 0; c < channels; ++c) {
    const float centre = centres[c], gain = gains[c], offset = offsets[c];
    for_tiles(walk, c, 1, begin, end, [&](const Tile& tile) {
      const T* from = gather(x, tile, from_buffer);
      float* const to = target<T>(y, tile, buffer);
      for_elements<kAtOnce>(tile.pixels, [=](auto f, int64_t p) {
        const decltype(f) none = {};
        store(to + p, hale_normalised(load<decltype(f)>(from + p), none + centre, none + gain,
                                      none + offset, kAtOnce));
      });
      if (kSilu && !kAtOnce) silu(to, tile.size());
      scatter<T>(y, tile, to);
    });
  }
}

struct Image {
  View x, y;
  Moments* parts;
  float* channels;
};

template <typename T>
void normalise(const hale_group_norm& norm, int threads) {
  const int64_t elements = norm.size[0] * norm.size[1] * norm.size[2] * norm.size[3];
  if (elements == 0) return;
  const Walk walk = plan(norm, {&norm.x, &norm.y});
  const int64_t images = norm.size[0], parts = walk.parts;
  const auto image = [&](int64_t n) {
    Moments* const all = static_cast<Moments*>(norm.workspace);
    Moments* const moments = all + n * parts * walk.channels;
    float* const channels = reinterpret_cast<float*>(all + images * parts * walk.channels);
    return Image{view_of<T>(norm.x, n), view_of<T>(norm.y, n), moments,
                 channels + n * 3 * walk.channels};
  };
  const auto finish = [&](const Image& at, int64_t part) {
    (norm.silu != 0 ? apply<T, true> : apply<T, false>)(walk, at.x, at.y, walk.begin(part),
                                                        walk.begin(part + 1), at.channels);
  };
  const int team = team_for(threads, images * parts, elements);
  if (images >= team) {
    parallel(team, images, [&](int64_t n) {
      const Image at = image(n);
      for (int64_t part = 0; part < parts; ++part) measure<T>(walk, at.x, part, at.parts);
      settle(walk, n, at.parts, at.channels);
      for (int64_t part = 0; part < parts; ++part) finish(at, part);
    });
    return;
  }
  parallel(team, images * parts, [&](int64_t i) {
    const Image at = image(i / parts);
    measure<T>(walk, at.x, i % parts, at.parts);
  });
  for (int64_t n = 0; n < images; ++n) settle(walk, n, image(n).parts, image(n).channels);
  parallel(team, images * parts, [&](int64_t i) { finish(image(i / parts), i % parts); });
}

}  // namespace

void normalise_groups(const hale_group_norm& norm, int threads) {
  (norm.bfloat16 != 0 ? normalise<uint16_t> : normalise<float>)(norm, threads);
}

}  // namespace HALE_ISA
}  // namespace hale
