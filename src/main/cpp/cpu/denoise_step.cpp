// One denoising step on the CPU: every operand is read once and every result written once.
//
// The arithmetic runs over tiles: short runs of `pixels x channels` elements that are dense in
// memory, or are made so. An operand that is already dense there is used where it lies; any other
// is first packed into a buffer on the stack, and a result that is not dense is written to such a
// buffer and then scattered. One vectorised loop thus serves every memory layout.
//
// A tile takes one channel of a run of pixels ("planar", when pixels are adjacent in memory), or
// all channels of a run of pixels ("channels-last"). In both a thread owns whole pixels.
#include "denoise_step.h"

#include "../denoise_formula.h"
#include "lanes.h"

namespace hale {
namespace HALE_ISA {
namespace {

constexpr int64_t kChannelsLast = 256;    // more channels than this are walked one by one
constexpr int64_t kLongTile = 4 * kTile;  // where no buffer is needed, so that there are fewer

// A tensor seen as n images of `rows x pixels`, with one stride for each axis.
struct View {
  float* data;
  int64_t n, channel, row, pixel;
};

struct Tile {
  int64_t n, channel, row, pixel;  // where it begins
  int64_t channels, pixels;
  int64_t size() const { return channels * pixels; }
};

// How the whole step is walked: sizes after adjacent axes have been merged.
struct Walk {
  int64_t n, channels, rows, pixels;
  int64_t tile_channels, tile_pixels;
  View x, output, variance, gradient, noise, next, pred_x0, gate, outside;
};

float* start_of(const View& view, const Tile& tile) {
  return view.data + tile.n * view.n + tile.channel * view.channel + tile.row * view.row +
         tile.pixel * view.pixel;
}

bool dense(const View& view, const Tile& tile) {
  return (tile.channels == 1 || view.channel == 1) &&
         (tile.pixels == 1 || view.pixel == tile.channels);
}

// The tile of an input, where it lies or packed into `buffer`. Null for an absent tensor.
const float* gather(const View& view, const Tile& tile, float* buffer) {
  if (view.data == nullptr) return nullptr;
  const float* from = start_of(view, tile);
  if (dense(view, tile)) return from;
  if (tile.channels == 4 && view.channel == 1) {  // the four sequences of an MRI study
    for (int64_t p = 0; p < tile.pixels; ++p) {
      __builtin_memcpy(buffer + 4 * p, from + p * view.pixel, 4 * sizeof(float));
    }
    return buffer;
  }
  if (tile.channels == 4 && view.channel == 0) {  // and a gate for them
    typedef float Quad __attribute__((vector_size(4 * sizeof(float))));
    for (int64_t p = 0; p < tile.pixels; ++p) {
      const float all = from[p * view.pixel];
      store(buffer + 4 * p, Quad{all, all, all, all});
    }
    return buffer;
  }
  float* to = buffer;
  for (int64_t p = 0; p < tile.pixels; ++p) {
    for (int64_t c = 0; c < tile.channels; ++c) *to++ = from[p * view.pixel + c * view.channel];
  }
  return buffer;
}

// Where the tile of a result is to be computed: in place if it is dense there.
float* target(const View& view, const Tile& tile, float* buffer) {
  return view.data != nullptr && dense(view, tile) ? start_of(view, tile) : buffer;
}

void scatter(const View& view, const Tile& tile, const float* from) {
  if (view.data == nullptr || dense(view, tile)) return;
  float* to = start_of(view, tile);
  for (int64_t p = 0; p < tile.pixels; ++p) {
    for (int64_t c = 0; c < tile.channels; ++c) to[p * view.pixel + c * view.channel] = *from++;
  }
}

struct Operands {
  const float *x, *output, *variance, *gradient, *noise, *gate, *outside;
  float *next, *x0;
};

// What there is to read besides x and output, and whether x0 is to be written: a store that nobody
// asks for takes a tenth of the time.
enum Has { kGradient = 1, kNoise = 2, kVariance = 4, kX0 = 8, kGate = 16, kEverything = 31 };

// Elements [i, i + lanes of F) of a tile.
template <typename F, int kHas>
inline void compute_at(int64_t i, const hale_step_coefficients& k, const Operands& at) {
  const auto load_if = [i](bool there, const float* from) {
    return there ? load<F>(from + i) : F{};
  };
  const hale_denoised<F> y = hale_denoise<F>(
      k, load<F>(at.x + i), load<F>(at.output + i), load_if(kHas & kVariance, at.variance),
      load_if(kHas & kGradient, at.gradient), load_if(kHas & kNoise, at.noise), kHas & kGradient,
      kHas & kNoise, kHas & kVariance);
  if (kHas & kGate) {
    store(at.next + i, hale_compose<F>(load<F>(at.gate + i), y.next, load<F>(at.outside + i)));
  } else {
    store(at.next + i, y.next);
  }
  if (kHas & kX0) store(at.x0 + i, y.x0);
}

template <int kHas>
void compute(const hale_step_coefficients& coefficients, const Operands& operands, int64_t size) {
  const hale_step_coefficients k = coefficients;  // copies: no store below can change them
  const Operands at = operands;
  for_elements<false>(size, [&](auto f, int64_t i) { compute_at<decltype(f), kHas>(i, k, at); });
}

using Compute = void(const hale_step_coefficients&, const Operands&, int64_t);

template <int kHas = 0>
Compute* choose(int has) {
  if constexpr (kHas < kEverything) {
    if (has != kHas) return choose<kHas + 1>(has);
  }
  return compute<kHas>;
}

Compute* choose(const Walk& walk) {
  return choose((walk.gradient.data != nullptr ? kGradient : 0) +
                (walk.noise.data != nullptr ? kNoise : 0) +
                (walk.variance.data != nullptr ? kVariance : 0) +
                (walk.pred_x0.data != nullptr ? kX0 : 0) +
                (walk.gate.data != nullptr ? kGate : 0));
}

void do_tile(const Walk& walk, const Tile& tile, const hale_step_coefficients& k, Compute* run) {
  float buffers[9][kTile];
  const Operands at = {
      gather(walk.x, tile, buffers[0]),        gather(walk.output, tile, buffers[1]),
      gather(walk.variance, tile, buffers[2]), gather(walk.gradient, tile, buffers[3]),
      gather(walk.noise, tile, buffers[4]),    gather(walk.gate, tile, buffers[7]),
      gather(walk.outside, tile, buffers[8]),  target(walk.next, tile, buffers[5]),
      target(walk.pred_x0, tile, buffers[6])};
  run(k, at, tile.size());
  scatter(walk.next, tile, at.next);
  scatter(walk.pred_x0, tile, at.x0);
}

View view_of(const hale_tensor& t) {
  return {t.data, t.stride[0], t.stride[1], t.stride[2], t.stride[3]};
}

struct Views {
  View* at[9];
  View** begin() { return at; }
  View** end() { return at + 9; }
};

Views views(Walk& walk) {
  return {{&walk.x, &walk.output, &walk.variance, &walk.gradient, &walk.noise, &walk.next,
           &walk.pred_x0, &walk.gate, &walk.outside}};
}

template <typename Test>
bool all(Walk& walk, Test test) {
  for (const View* view : views(walk)) {
    if (view->data != nullptr && !test(*view)) return false;
  }
  return true;
}

Walk plan(const hale_step& s, const hale_step_coefficients& k, int threads) {
  Walk walk = {s.size[0],
               s.size[1],
               s.size[2],
               s.size[3],
               1,
               0,
               view_of(s.x),
               view_of(s.output),
               view_of(s.output),
               view_of(s.gradient),
               view_of(s.noise),
               view_of(s.next),
               view_of(s.pred_x0),
               view_of(s.gate),
               view_of(s.outside)};
  walk.variance.data =
      k.learned_variance ? s.output.data + s.size[1] * s.output.stride[1] : nullptr;
  walk.gate.channel = 0;

  // A run of pixels goes along whichever of the two axes lies adjacent in memory.
  if (walk.next.row < walk.next.pixel && walk.rows > 1) {
    swap(walk.rows, walk.pixels);
    for (View* view : views(walk)) swap(view->row, view->pixel);
  }
  const int64_t width = walk.pixels;
  if (all(walk, [=](const View& v) { return v.row == width * v.pixel; })) {
    walk.pixels *= walk.rows;
    walk.rows = 1;
  }
  // Channels that follow one another are just more pixels.
  const int64_t area = walk.pixels;
  if (walk.rows == 1 &&
      all(walk, [=](const View& v) { return v.channel == area * v.pixel; })) {
    walk.pixels *= walk.channels;
    walk.channels = 1;
  }
  const bool channels_last = walk.channels > 1 && walk.channels <= kChannelsLast &&
                             walk.next.channel == 1 && walk.next.pixel == walk.channels;
  walk.tile_channels = channels_last ? walk.channels : 1;
  walk.tile_pixels = kTile / walk.tile_channels;
  const Tile tile = {0, 0, 0, 0, walk.tile_channels, walk.tile_pixels};
  const bool buffers = !all(walk, [&](const View& view) { return dense(view, tile); });
  const int64_t long_pixels = kLongTile / walk.tile_channels;
  // With eight of them or more for each thread, threads still end nearly together.
  if (!buffers && walk.n * walk.rows * (walk.pixels / long_pixels) >= 8 * threads) {
    walk.tile_pixels = long_pixels;
  }
  return walk;
}

}  // namespace

void denoise_step(const hale_step& step, const hale_step_coefficients& k, int threads) {
  const int64_t elements = step.size[0] * step.size[1] * step.size[2] * step.size[3];
  if (elements == 0) return;
  const Walk walk = plan(step, k, threads);
  Compute* const run = choose(walk);
  const int64_t runs = (walk.pixels + walk.tile_pixels - 1) / walk.tile_pixels;
  const int64_t jobs = walk.n * walk.rows * runs;
  parallel(team_for(threads, jobs, elements), jobs, [&](int64_t job) {
    Tile tile;
    tile.n = job / (walk.rows * runs);
    tile.row = job / runs % walk.rows;
    tile.pixel = job % runs * walk.tile_pixels;
    tile.pixels = smaller(walk.tile_pixels, walk.pixels - tile.pixel);
    tile.channels = walk.tile_channels;
    for (tile.channel = 0; tile.channel < walk.channels; tile.channel += tile.channels) {
      do_tile(walk, tile, k, run);
    }
  });
}

}  // namespace HALE_ISA
}  // namespace hale
