// The derivative of group normalisation on the CPU, in three sweeps over an image: the moments of
// x, taken anew, so that nothing but x need be kept from the way forward; the sums of s and s d;
// dL/dx. The derivatives of the parameters follow from the sums. With SiLU the second sweep leaves
// s where dL/dx will be, so that SiLU's derivative, which costs most, is computed once; bfloat16
// rounds it, as it has rounded dL/dy. Threads, parts and tiles are those of group_norm.cpp, and
// here too nothing but the values decides a bit.
#include "group_norm.h"
#include "norm_moments.h"

namespace hale {
namespace HALE_ISA {
namespace {

// What is the same for all pixels of a channel, one array for each number.
struct Channels {
  float *centre, *gain, *offset, *mean, *slope;
};

// Adds s and s d of `pixels` pixels to sums and dots, for each channel, and leaves s, which may
// take the place of g.
template <typename F, typename T, bool kSilu>
inline void add_slopes(const T* x, const T* g, float* left, int64_t pixels, int64_t channels,
                       int64_t c, const Channels& at, float* sums, float* dots) {
  const F centre = load<F>(at.centre + c), gain = load<F>(at.gain + c);
  const F offset = load<F>(at.offset + c);
  F sum = load<F>(sums + c), dot = load<F>(dots + c);
  for (int64_t p = 0; p < pixels; ++p) {
    const F d = load<F>(x + p * channels + c) - centre;
    const F s = hale_normalised_slope<F>(load<F>(g + p * channels + c), d, gain, offset, kSilu);
    if (kSilu) store(left + p * channels + c, s);
    sum += s;
    dot = hale_fma<F>(s, d, dot);
  }
  store(sums + c, sum);
  store(dots + c, dot);
}

template <typename T, bool kSilu>
void sum_channels_last(const Walk& walk, const View& x, const View& by_y, const View& by_x,
                       int64_t begin, int64_t end, const Channels& at, hale_slopes* to) {
  const int64_t channels = walk.channels;
  T x_buffer[kTile], g_buffer[kTile];
  float s_buffer[kTile], sums[kTile], dots[kTile];
  for (int64_t c = 0; c < channels; ++c) to[c] = {0, 0};
  for (int64_t from = begin; from < end; from += kFloatPixels) {
    const int64_t until = smaller(end, from + kFloatPixels);
    for (int64_t c = 0; c < channels; ++c) sums[c] = dots[c] = 0;
    for_tiles(walk, 0, channels, from, until, [&](const Tile& tile) {
      const T* x_tile = gather(x, tile, x_buffer);
      const T* g_tile = gather(by_y, tile, g_buffer);
      float* const s_tile = target<T>(by_x, tile, s_buffer);
      // A few pixels at a time, so that each is read in one sweep.
      for (int64_t p = 0; p < tile.pixels; p += 4) {
        const int64_t few = smaller(4, tile.pixels - p);
        const T *x_here = x_tile + p * channels, *g_here = g_tile + p * channels;
        float* const s_here = s_tile + p * channels;
        for_elements<kSilu>(channels, [&](auto f, int64_t c) {
          add_slopes<decltype(f), T, kSilu>(x_here, g_here, s_here, few, channels, c, at, sums,
                                            dots);
        });
      }
      if (kSilu) scatter<T>(by_x, tile, s_tile);
    });
    for (int64_t c = 0; c < channels; ++c) {
      to[c].sum += sums[c];
      to[c].dot += dots[c];
    }
  }
}

template <typename T, bool kSilu>
void sum_planar(const Walk& walk, const View& x, const View& by_y, const View& by_x, int64_t begin,
                int64_t end, const Channels& at, hale_slopes* to) {
  T x_buffer[kTile], g_buffer[kTile];
  float s_buffer[kTile];
  for (int64_t c = 0; c < walk.channels; ++c) {
    const float centre = at.centre[c], gain = at.gain[c], offset = at.offset[c];
    hale_slopes so_far = {0, 0};
    for_tiles(walk, c, 1, begin, end, [&](const Tile& tile) {
      const T* x_tile = gather(x, tile, x_buffer);
      const T* g_tile = gather(by_y, tile, g_buffer);
      float* const s_tile = target<T>(by_x, tile, s_buffer);
      Sums sums, dots;
      int64_t p = 0;
      for (; p + Sums::kWide <= tile.pixels; p += Sums::kWide) {
        for (int64_t v = 0; v < Sums::kVectors; ++v) {
          const Lanes d = load<Lanes>(x_tile + p + v * kLanes) - centre;
          const Lanes s = hale_normalised_slope<Lanes>(load<Lanes>(g_tile + p + v * kLanes), d,
                                                       Lanes{} + gain, Lanes{} + offset, kSilu);
          if (kSilu) store(s_tile + p + v * kLanes, s);
          sums.at[v] += s;
          dots.at[v] = hale_fma<Lanes>(s, d, dots.at[v]);
        }
      }
      double sum = sums.total(), dot = dots.total();
      for (; p < tile.pixels; ++p) {
        const float d = load<float>(x_tile + p) - centre;
        const float s =
            hale_normalised_slope<float>(load<float>(g_tile + p), d, gain, offset, kSilu);
        if (kSilu) s_tile[p] = s;
        sum += s;
        dot += s * d;
      }
      if (kSilu) scatter<T>(by_x, tile, s_tile);
      so_far = {so_far.sum + sum, so_far.dot + dot};
    });
    to[c] = so_far;
  }
}

// Leaves what channel c of image n gives to the derivatives of its parameters; `group` and
// `group_slopes` are of the whole group.
void settle_parameters(const Walk& walk, int64_t n, int64_t c, const Moments* moments,
                       const hale_slopes* parts, const hale_moments& group,
                       const hale_slopes& group_slopes, float* to) {
  const hale_group_norm& norm = *walk.norm;
  const bool bfloat16 = norm.bfloat16 != 0;
  hale_slopes slopes = {0, 0};
  double sum = 0;
  for (int64_t part = 0; part < walk.parts; ++part) {
    const hale_slopes& of = parts[part * walk.channels + c];
    slopes = {slopes.sum + of.sum, slopes.dot + of.dot};
    sum += moments[part * walk.channels + c].mean *
           static_cast<double>(walk.begin(part + 1) - walk.begin(part));
  }
  const double area = static_cast<double>(walk.area());
  const hale_parameter_slopes of = hale_parameter_slopes_of(
      group, norm.epsilon, group_slopes, area,
      sum / area + element(norm.added, n, c, bfloat16, 0), slopes,
      element(norm.weight, n, c, bfloat16, 1), element(norm.bias, n, c, bfloat16, 0),
      element(norm.scale, n, c, bfloat16, 0));
  for (int64_t row = 0; row < HALE_NORM_PARAMETERS; ++row) {
    to[(n * HALE_NORM_PARAMETERS + row) * walk.channels + c] = of.by[row];
  }
}

// Leaves what of the result is the same for each group, once for each channel, and the derivatives
// of the parameters if these are asked for.
void settle_slopes(const Walk& walk, int64_t n, const Moments* moments, const hale_slopes* parts,
                   const Channels& at, float* by_parameters) {
  const int64_t in_group = walk.channels / walk.norm->groups;
  for (int64_t first = 0; first < walk.channels; first += in_group) {
    hale_slopes group = {0, 0};
    for (int64_t c = first; c < first + in_group; ++c) {
      for (int64_t part = 0; part < walk.parts; ++part) {
        const hale_slopes& of = parts[part * walk.channels + c];
        group = {group.sum + at.gain[c] * of.sum, group.dot + at.gain[c] * of.dot};
      }
    }
    const hale_moments of_group = moments_of_group(walk, n, first, moments);
    const hale_group_gradient gradient =
        hale_group_gradient_of(of_group, walk.norm->epsilon, group);
    for (int64_t c = first; c < first + in_group; ++c) {
      at.mean[c] = gradient.mean;
      at.slope[c] = gradient.slope;
      if (by_parameters != nullptr) {
        settle_parameters(walk, n, c, moments, parts, of_group, group, by_parameters);
      }
    }
  }
}

// dL/dx of one pixel's channels from c on, from s.
template <typename F, typename T>
inline F derivative(const T* x, const T* s, const Channels& at, int64_t c) {
  return hale_normalised_backward<F>(load<F>(s + c), load<F>(x + c) - load<F>(at.centre + c),
                                     load<F>(at.gain + c), load<F>(at.offset + c),
                                     load<F>(at.mean + c), load<F>(at.slope + c), false);
}

template <typename T>
void apply_channels_last(const Walk& walk, const View& x, const View& left, const View& by_x,
                         int64_t begin, int64_t end, const Channels& at) {
  const int64_t channels = walk.channels;
  T x_buffer[kTile], s_buffer[kTile];
  float to_buffer[kTile];
  for_tiles(walk, 0, channels, begin, end, [&](const Tile& tile) {
    const T* x_at = gather(x, tile, x_buffer);
    const T* s_at = gather(left, tile, s_buffer);
    float* const to = target<T>(by_x, tile, to_buffer);
    for (int64_t i = 0; i < tile.size(); i += channels) {
      for_elements<false>(channels, [=, &at](auto f, int64_t c) {
        store(to + i + c, derivative<decltype(f)>(x_at + i, s_at + i, at, c));
      });
    }
    scatter<T>(by_x, tile, to);
  });
}

template <typename T>
void apply_planar(const Walk& walk, const View& x, const View& left, const View& by_x,
                  int64_t begin, int64_t end, const Channels& at) {
  T x_buffer[kTile], s_buffer[kTile];
  float to_buffer[kTile];
  for (int64_t c = 0; c < walk.channels; ++c) {
    const float centre = at.centre[c], gain = at.gain[c], offset = at.offset[c];
    const float mean = at.mean[c], slope = at.slope[c];
    for_tiles(walk, c, 1, begin, end, [&](const Tile& tile) {
      const T* x_at = gather(x, tile, x_buffer);
      const T* s_at = gather(left, tile, s_buffer);
      float* const to = target<T>(by_x, tile, to_buffer);
      for_elements<false>(tile.pixels, [=](auto f, int64_t p) {
        const decltype(f) none = {};
        store(to + p,
              hale_normalised_backward(load<decltype(f)>(s_at + p),
                                       load<decltype(f)>(x_at + p) - (none + centre), none + gain,
                                       none + offset, none + mean, none + slope, false));
      });
      scatter<T>(by_x, tile, to);
    });
  }
}

struct Image {
  View x, by_y, by_x;
  Moments* moments;
  hale_slopes* slopes;
  Channels channels;
};

template <typename T, bool kSilu>
void normalise_backward(const hale_group_norm_backward& backward, int threads) {
  const hale_group_norm& norm = backward.norm;
  const Walk walk = plan(norm, {&norm.x, &backward.by_y, &backward.by_x});
  const int64_t images = norm.size[0], parts = walk.parts, each = parts * walk.channels;
  const auto image = [&](int64_t n) {
    const int64_t channels = walk.channels;
    Moments* const moments = static_cast<Moments*>(norm.workspace);
    hale_slopes* const slopes = static_cast<hale_slopes*>(backward.workspace);
    float* const forward = reinterpret_cast<float*>(moments + images * each) + n * 3 * channels;
    float* const further = reinterpret_cast<float*>(slopes + images * each) + n * 2 * channels;
    return Image{
        view_of<T>(norm.x, n),
        view_of<T>(backward.by_y, n),
        view_of<T>(backward.by_x, n),
        moments + n * each,
        slopes + n * each,
        {forward, forward + channels, forward + 2 * channels, further, further + channels}};
  };
  const auto sum = [&](const Image& at, int64_t part) {
    (walk.channels_last ? sum_channels_last<T, kSilu>
                        : sum_planar<T, kSilu>)(walk, at.x, at.by_y, at.by_x, walk.begin(part),
                                                walk.begin(part + 1), at.channels,
                                                at.slopes + part * walk.channels);
  };
  const auto finish = [&](const Image& at, int64_t part) {
    const int64_t begin = walk.begin(part), end = walk.begin(part + 1);
    const View& left = kSilu ? at.by_x : at.by_y;  // s
    (walk.channels_last ? apply_channels_last<T> : apply_planar<T>)(walk, at.x, left, at.by_x,
                                                                    begin, end, at.channels);
  };
  const auto settle_image = [&](int64_t n) {
    settle(walk, n, image(n).moments, image(n).channels.centre);
  };
  const auto settle_slopes_of_image = [&](int64_t n) {
    settle_slopes(walk, n, image(n).moments, image(n).slopes, image(n).channels,
                  backward.by_parameters);
  };
  const int64_t elements = images * walk.channels * walk.area();
  const int team = team_for(threads, images * parts, elements);
  if (images >= team) {
    parallel(team, images, [&](int64_t n) {
      const Image at = image(n);
      for (int64_t part = 0; part < parts; ++part) measure<T>(walk, at.x, part, at.moments);
      settle_image(n);
      for (int64_t part = 0; part < parts; ++part) sum(at, part);
      settle_slopes_of_image(n);
      for (int64_t part = 0; part < parts; ++part) finish(at, part);
    });
    return;
  }
  parallel(team, images * parts, [&](int64_t i) {
    const Image at = image(i / parts);
    measure<T>(walk, at.x, i % parts, at.moments);
  });
  for (int64_t n = 0; n < images; ++n) settle_image(n);
  parallel(team, images * parts, [&](int64_t i) { sum(image(i / parts), i % parts); });
  for (int64_t n = 0; n < images; ++n) settle_slopes_of_image(n);
  parallel(team, images * parts, [&](int64_t i) { finish(image(i / parts), i % parts); });
}

template <typename T>
void normalise_by_type(const hale_group_norm_backward& backward, int threads) {
  (backward.norm.silu != 0 ? normalise_backward<T, true> : normalise_backward<T, false>)(backward,
                                                                                         threads);
}

}  // namespace

void normalise_groups_backward(const hale_group_norm_backward& backward, int threads) {
  const int64_t* size = backward.norm.size;
  if (size[0] * size[1] * size[2] * size[3] == 0) return;
  (backward.norm.bfloat16 != 0 ? normalise_by_type<uint16_t> : normalise_by_type<float>)(backward,
                                                                                         threads);
}

}  // namespace HALE_ISA
}  // namespace hale
