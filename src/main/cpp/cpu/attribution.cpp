// The element-wise attribution kernels on the CPU: see attribution_formula.h and tiles.h.
#include "attribution.h"

#include <cmath>

#include "../attribution_formula.h"
#include "tiles.h"

namespace hale {
namespace HALE_ISA {
namespace {

constexpr int64_t kNoStrides[4] = {0, 0, 0, 0};

const int64_t* strides_of(const hale_tensor& t) { return t.data == nullptr ? nullptr : t.stride; }

template <typename T>
T* image_of(T* data, int64_t n, int64_t stride) {
  return data == nullptr ? nullptr : data + n * stride;
}

int64_t elements_of(const int64_t size[4]) { return size[0] * size[1] * size[2] * size[3]; }

// One tile of the constraint: the costs' sum, and the derivative.
template <int32_t kCost>
double constrain_tile(const float* a, const float* mask, float* derivative, float k, float share,
                      int64_t size) {
  Sums sums;
  double rest = 0;
  const auto at = [&](int64_t i, auto zero) {
    using F = decltype(zero);
    const hale_penalty<F> penalty = hale_penalise<F>(load<F>(a + i), k, kCost);
    const F weight = mask == nullptr ? zero + 1.0f : load<F>(mask + i);
    if (derivative != nullptr) store(derivative + i, penalty.slope * weight * share);
    return penalty.cost * weight;
  };
  int64_t i = 0;
  for (; i + Sums::kWide <= size; i += Sums::kWide) {
    for (int64_t v = 0; v < Sums::kVectors; ++v) sums.at[v] += at(i + v * kLanes, Lanes{});
  }
  for (; i < size; ++i) rest += at(i, 0.0f);
  return sums.total() + rest;
}

Tiles<3> tiles_of(const hale_constraint& c) {
  return tiles_of<3>(c.size, {c.attribution.stride, strides_of(c.mask), strides_of(c.derivative)});
}

// What the mask of image n sums to. A mask that repeats itself over the channels is read once.
double weights_of(const hale_constraint& c, int64_t n) {
  const int64_t pixels = c.size[2] * c.size[3];
  if (c.mask.data == nullptr) return static_cast<double>(c.size[1] * pixels);
  const bool repeats = c.mask.stride[1] == 0;
  const int64_t size[4] = {1, repeats ? 1 : c.size[1], c.size[2], c.size[3]};
  const Tiles<1> tiles = tiles_of<1>(size, {c.mask.stride});
  const float* const mask = c.mask.data + n * c.mask.stride[0];
  float buffer[kTile];
  double sum = 0;
  for (int64_t i = 0; i < tiles.count; ++i) {
    const Tile<1> tile = tiles[i];
    const float* at = gather(mask, tiles, 0, tile, buffer);
    Sums sums;
    int64_t e = 0;
    for (; e + Sums::kWide <= tile.size(); e += Sums::kWide) {
      for (int64_t v = 0; v < Sums::kVectors; ++v) {
        sums.at[v] += load<Lanes>(at + e + v * kLanes);
      }
    }
    for (; e < tile.size(); ++e) sum += at[e];
    sum += sums.total();
  }
  return repeats ? sum * static_cast<double>(c.size[1]) : sum;
}

}  // namespace

void path_points(const hale_path& p, int threads) {
  if (elements_of(p.size) == 0) return;
  const Tiles<3> tiles = tiles_of<3>(p.size, {p.out.stride, p.x.stride, strides_of(p.baseline)});
  const int64_t jobs = p.size[0] * tiles.count;
  parallel(team_for(threads, jobs, elements_of(p.size)), jobs, [&](int64_t job) {
    const int64_t n = job / tiles.count;
    const Tile<3> tile = tiles[job % tiles.count];
    float buffers[3][kTile];
    float* const image = image_of(p.out.data, n, tiles.image[0]);
    const float alpha = p.alpha[n];
    const float* const x =
        gather<float>(image_of(p.x.data, n, tiles.image[1]), tiles, 1, tile, buffers[1]);
    const float* const baseline =
        gather<float>(image_of(p.baseline.data, n, tiles.image[2]), tiles, 2, tile, buffers[2]);
    float* const out = target(image, tiles, 0, tile, buffers[0]);
    for_elements<false>(tile.size(), [=](auto f, int64_t i) {
      using F = decltype(f);
      const F from = baseline == nullptr ? F{} : load<F>(baseline + i);
      store(out + i, hale_path_point<F>(alpha, load<F>(x + i), from));
    });
    scatter(image, tiles, 0, tile, out);
  });
}

void accumulate(const hale_accumulation& a, int threads) {
  if (elements_of(a.size) == 0) return;
  const bool moves = a.x.data != nullptr;
  const Tiles<4> tiles = tiles_of<4>(a.size, {a.sum.stride, a.gradient.stride, strides_of(a.x),
                                              moves ? strides_of(a.baseline) : kNoStrides});
  // One job does a tile of all images, so that it may add them into one.
  parallel(team_for(threads, tiles.count, elements_of(a.size)), tiles.count, [&](int64_t job) {
    const Tile<4> tile = tiles[job];
    float buffers[4][kTile];
    for (int64_t n = 0; n < a.size[0]; ++n) {
      float* const image = image_of(a.sum.data, n, tiles.image[0]);
      const bool in_place = tiles.dense(0, tile);
      if (!in_place) gather<float>(image, tiles, 0, tile, buffers[0]);
      const float weight = a.weight[n];
      const float* const gradient =
          gather<float>(image_of(a.gradient.data, n, tiles.image[1]), tiles, 1, tile, buffers[1]);
      const float* const x =
          gather<float>(image_of(a.x.data, n, tiles.image[2]), tiles, 2, tile, buffers[2]);
      const float* const baseline =
          gather<float>(image_of(a.baseline.data, n, tiles.image[3]), tiles, 3, tile, buffers[3]);
      float* const sum = target(image, tiles, 0, tile, buffers[0]);
      for_elements<false>(tile.size(), [=](auto f, int64_t i) {
        using F = decltype(f);
        F term = weight * load<F>(gradient + i);
        if (x != nullptr) {
          const F from = baseline == nullptr ? F{} : load<F>(baseline + i);
          term = term * (load<F>(x + i) - from);
        }
        store(sum + i, load<F>(sum + i) + term);
      });
      scatter(image, tiles, 0, tile, sum);
    }
  });
}

int64_t constraint_workspace(const hale_constraint& c) {
  return elements_of(c.size) == 0
             ? 0
             : c.size[0] * tiles_of(c).count * static_cast<int64_t>(sizeof(double));
}

void constrain(const hale_constraint& c, int threads) {
  if (elements_of(c.size) == 0) {
    for (int64_t n = 0; n < c.size[0]; ++n) c.value[n] = 0;
    return;
  }
  const Tiles<3> tiles = tiles_of(c);
  const int64_t images = c.size[0], jobs = images * tiles.count;
  const int team = team_for(threads, jobs, elements_of(c.size));
  double* const sums = static_cast<double*>(c.workspace);
  const auto cost_of_tile = c.cost == HALE_COST_SQUARE  ? constrain_tile<HALE_COST_SQUARE>
                            : c.cost == HALE_COST_HINGE ? constrain_tile<HALE_COST_HINGE>
                                                        : constrain_tile<HALE_COST_SOFTPLUS>;
  // The masks first: the derivative of a mean needs to know of how many.
  parallel(team_for(threads, images, elements_of(c.size)), images,
           [&](int64_t n) { c.value[n] = weights_of(c, n); });
  parallel(team, jobs, [&](int64_t job) {
    const int64_t n = job / tiles.count;
    const Tile<3> tile = tiles[job % tiles.count];
    float buffers[3][kTile];
    const float* const a =
        gather<float>(image_of(c.attribution.data, n, tiles.image[0]), tiles, 0, tile, buffers[0]);
    const float* const mask =
        gather<float>(image_of(c.mask.data, n, tiles.image[1]), tiles, 1, tile, buffers[1]);
    float* const image = image_of(c.derivative.data, n, tiles.image[2]);
    float* const derivative =
        image == nullptr ? nullptr : target(image, tiles, 2, tile, buffers[2]);
    const float share = c.value[n] > 0 ? static_cast<float>(1 / c.value[n]) : 0;
    sums[job] = cost_of_tile(a, mask, derivative, c.scale, share, tile.size());
    if (derivative != nullptr) scatter<float>(image, tiles, 2, tile, derivative);
  });
  for (int64_t n = 0; n < images; ++n) {
    double sum = 0;
    for (int64_t i = 0; i < tiles.count; ++i) sum += sums[n * tiles.count + i];
    c.value[n] = c.value[n] > 0 ? sum / c.value[n] : 0;
  }
}

}  // namespace HALE_ISA
}  // namespace hale
