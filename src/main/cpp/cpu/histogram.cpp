// Histograms and thresholds of maps on the CPU. A job counts a stretch of tiles into counters of
// its own and adds them to the others' at the end: integers, so that no order changes the result.
#include "histogram.h"

#include "../histogram_formula.h"
#include "tiles.h"

namespace hale {
namespace HALE_ISA {
namespace {

constexpr int64_t kStretch = 32;  // tiles

template <int kOperands>
struct Jobs {
  Tiles<kOperands> tiles;
  int64_t by_image, count;
  int team;
};

template <int kOperands>
Jobs<kOperands> jobs_of(const hale_maps& m, const Tiles<kOperands>& tiles, int threads) {
  const int64_t by_image = (tiles.count + kStretch - 1) / kStretch;
  const int64_t count = m.size[0] * by_image;
  return {tiles, by_image, count,
          team_for(threads, count, m.size[0] * m.size[1] * m.size[2] * m.size[3])};
}

Jobs<2> jobs_of(const hale_maps& m, int threads) {
  const int64_t* const mask = m.mask.data == nullptr ? nullptr : m.mask.stride;
  return jobs_of(m, tiles_of<2>(m.size, {m.values.stride, mask}), threads);
}

bool empty(const hale_maps& m) { return m.size[0] * m.size[1] * m.size[2] * m.size[3] == 0; }

// Calls f(values, mask, size) for the tiles of a job.
template <typename F>
void for_job(const hale_maps& m, const Jobs<2>& jobs, int64_t job, F f) {
  const int64_t n = job / jobs.by_image, first = job % jobs.by_image * kStretch;
  const float* const image = m.values.data + n * jobs.tiles.image[0];
  const uint8_t* const mask =
      m.mask.data == nullptr ? nullptr : m.mask.data + n * jobs.tiles.image[1];
  float values[kTile];
  uint8_t bytes[kTile];
  for (int64_t i = first; i < smaller(jobs.tiles.count, first + kStretch); ++i) {
    const Tile<2> tile = jobs.tiles[i];
    f(gather(image, jobs.tiles, 0, tile, values), gather(mask, jobs.tiles, 1, tile, bytes),
      tile.size());
  }
}

// Lowers or raises *to, which other threads do as well.
template <typename Better>
void improve(float* to, float value, Better better) {
  float old;
  __atomic_load(to, &old, __ATOMIC_RELAXED);
  while (better(value, old) &&
         !__atomic_compare_exchange(to, &old, &value, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
  }
}

void add(int64_t* to, int64_t value) {
  if (value != 0) __atomic_fetch_add(to, value, __ATOMIC_RELAXED);
}

}  // namespace

void map_ranges(const hale_maps& m, hale_range* ranges, int threads) {
  const float infinity = __builtin_inff();
  for (int64_t n = 0; n < m.size[0]; ++n) ranges[n] = {0, 0, infinity, -infinity};
  if (empty(m)) return;
  const Jobs<2> jobs = jobs_of(m, threads);
  parallel(jobs.team, jobs.count, [&](int64_t job) {
    hale_range here = {0, 0, infinity, -infinity};
    for_job(m, jobs, job, [&](const float* values, const uint8_t* mask, int64_t size) {
      for (int64_t i = 0; i < size; ++i) {
        if (mask != nullptr && mask[i] == 0) continue;
        ++here.count;
        const float value = values[i];
        if (!(value > -infinity && value < infinity)) {
          ++here.not_finite;
          continue;
        }
        if (value < here.low) here.low = value;
        if (value > here.high) here.high = value;
      }
    });
    hale_range& all = ranges[job / jobs.by_image];
    add(&all.count, here.count);
    add(&all.not_finite, here.not_finite);
    improve(&all.low, here.low, [](float a, float b) { return a < b; });
    improve(&all.high, here.high, [](float a, float b) { return a > b; });
  });
}

void map_histograms(const hale_maps& m, const hale_range* ranges, int64_t bins, int64_t* counts,
                    int threads) {
  for (int64_t i = 0; i < m.size[0] * bins; ++i) counts[i] = 0;
  if (empty(m)) return;
  const Jobs<2> jobs = jobs_of(m, threads);
  parallel(jobs.team, jobs.count, [&](int64_t job) {
    const int64_t n = job / jobs.by_image;
    const double low = ranges[n].low, high = ranges[n].high;
    if (!(low < high)) return;
    int64_t own[kTile] = {};  // where the bins are too many, the shared ones do
    int64_t* const shared = counts + n * bins;
    for_job(m, jobs, job, [&](const float* values, const uint8_t* mask, int64_t size) {
      for (int64_t i = 0; i < size; ++i) {
        if (mask != nullptr && mask[i] == 0) continue;
        const int64_t bin = hale_bin_of(values[i], low, high, bins);
        if (bins <= kTile) {
          ++own[bin];
        } else {
          add(shared + bin, 1);
        }
      }
    });
    for (int64_t bin = 0; bin < smaller(bins, kTile); ++bin) add(shared + bin, own[bin]);
  });
}

void map_select(const hale_maps& m, const int64_t* ranks, float* values, void* workspace,
                int threads) {
  if (empty(m)) return;
  const Jobs<2> jobs = jobs_of(m, threads);
  int64_t* const counts = static_cast<int64_t*>(workspace);
  hale_selection* const found = reinterpret_cast<hale_selection*>(counts + m.size[0] * HALE_DIGITS);
  for (int64_t n = 0; n < m.size[0]; ++n) found[n] = {0, ranks[n]};
  for (int pass = 0; pass < HALE_DIGIT_PASSES; ++pass) {
    for (int64_t i = 0; i < m.size[0] * HALE_DIGITS; ++i) counts[i] = 0;
    parallel(jobs.team, jobs.count, [&](int64_t job) {
      const int64_t n = job / jobs.by_image;
      const uint32_t prefix = found[n].prefix;
      int64_t own[HALE_DIGITS] = {};
      for_job(m, jobs, job, [&](const float* at, const uint8_t* mask, int64_t size) {
        for (int64_t i = 0; i < size; ++i) {
          if (mask != nullptr && mask[i] == 0) continue;
          const int digit = hale_digit_of(hale_key_of(at[i]), prefix, pass);
          if (digit >= 0) ++own[digit];
        }
      });
      for (int digit = 0; digit < HALE_DIGITS; ++digit) {
        add(counts + n * HALE_DIGITS + digit, own[digit]);
      }
    });
    for (int64_t n = 0; n < m.size[0]; ++n) {
      found[n] = hale_select_digit(counts + n * HALE_DIGITS, found[n], pass, 0);
    }
  }
  for (int64_t n = 0; n < m.size[0]; ++n) values[n] = hale_value_of(found[n].prefix);
}

void map_threshold(const hale_maps& m, const double* thresholds, const hale_bytes& out,
                   int threads) {
  if (empty(m)) return;
  const int64_t* const mask_strides = m.mask.data == nullptr ? nullptr : m.mask.stride;
  const Jobs<3> jobs =
      jobs_of(m, tiles_of<3>(m.size, {out.stride, m.values.stride, mask_strides}), threads);
  const Tiles<3>& tiles = jobs.tiles;
  parallel(jobs.team, jobs.count, [&](int64_t job) {
    const int64_t n = job / jobs.by_image, first = job % jobs.by_image * kStretch;
    const double threshold = thresholds[n];
    const float* const image = m.values.data + n * tiles.image[1];
    const uint8_t* const region =
        m.mask.data == nullptr ? nullptr : m.mask.data + n * tiles.image[2];
    uint8_t* const result = out.data + n * tiles.image[0];
    float values[kTile];
    uint8_t inside[kTile], marks[kTile];
    for (int64_t i = first; i < smaller(tiles.count, first + kStretch); ++i) {
      const Tile<3> tile = tiles[i];
      const float* const at = gather(image, tiles, 1, tile, values);
      const uint8_t* const mask = gather(region, tiles, 2, tile, inside);
      uint8_t* const to = target(result, tiles, 0, tile, marks);
      for (int64_t e = 0; e < tile.size(); ++e) {
        to[e] = at[e] > threshold && (mask == nullptr || mask[e] != 0) ? 1 : 0;
      }
      scatter(result, tiles, 0, tile, to);
    }
  });
}

}  // namespace HALE_ISA
}  // namespace hale
