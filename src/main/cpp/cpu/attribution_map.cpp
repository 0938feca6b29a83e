// From an attribution to a map on the CPU: two sweeps over rows. The first sums the channels of a
// row and blurs it, and its mask, along the row; the second blurs across rows and divides by what
// the mask let through. Blurs are sums of shifted rows, which any instruction set does well.
#include "../attribution_formula.h"
#include "attribution.h"
#include "lanes.h"

namespace hale {
namespace HALE_ISA {
namespace {

struct Planes {  // of one image, in the workspace: see attribution_map_workspace in dispatch.cpp
  float *row, *values, *weights, *most;
};

Planes planes_of(const hale_attribution_map& m, int64_t n) {
  const int64_t plane = m.size[2] * m.size[3];
  float* const start = static_cast<float*>(m.workspace) + n * (3 * plane + m.size[2]);
  return {start, start + plane, start + 2 * plane, start + 3 * plane};
}

bool inside(const hale_attribution_map& m, int64_t n, int64_t h, int64_t w) {
  const int64_t* const stride = m.mask.stride;
  return m.mask.data == nullptr || m.mask.data[n * stride[0] + h * stride[2] + w * stride[3]] != 0;
}

void add_shifted(float* to, const float* from, float weight, int64_t size) {
#pragma omp simd
  for (int64_t i = 0; i < size; ++i) to[i] += weight * from[i];
}

// to[w] = the weighted sum of from[w + d] for d in [-radius, radius], as far as there is a row.
void blur_row(const float* from, float* to, const float* weights, int64_t radius, int64_t width) {
  for (int64_t w = 0; w < width; ++w) to[w] = 0;
  const int64_t reach = smaller(radius, width - 1);
  for (int64_t d = -reach; d <= reach; ++d) {
    const float weight = weights[d < 0 ? -d : d];
    if (d < 0) {
      add_shifted(to - d, from, weight, width + d);
    } else {
      add_shifted(to, from + d, weight, width - d);
    }
  }
}

void first_sweep(const hale_attribution_map& m, int64_t n, int64_t h, const float* weights,
                 int64_t radius) {
  const int64_t channels = m.size[1], width = m.size[3];
  const Planes at = planes_of(m, n);
  float *const row = at.row + h * width, *const weighted = at.weights + h * width;
  const int64_t* const s = m.attribution.stride;
  const float* const image = m.attribution.data + n * s[0] + h * s[2];
  if (s[1] == 1) {
    for (int64_t w = 0; w < width; ++w) {
      float sum = 0;
      for (int64_t c = 0; c < channels; ++c) sum += image[w * s[3] + c];
      row[w] = sum;
    }
  } else {
    for (int64_t w = 0; w < width; ++w) row[w] = 0;
    for (int64_t c = 0; c < channels; ++c) {
      const float* const from = image + c * s[1];
      for (int64_t w = 0; w < width; ++w) row[w] += from[w * s[3]];
    }
  }
  float* const values = at.values + h * width;
  for (int64_t w = 0; w < width; ++w) {
    const bool seen = inside(m, n, h, w);
    if (!seen || (m.positive != 0 && row[w] < 0)) row[w] = 0;
    values[w] = seen ? 1.0f : 0.0f;  // the mask, until its blur is in the other plane
  }
  blur_row(values, weighted, weights, radius, width);
  blur_row(row, values, weights, radius, width);
}

void second_sweep(const hale_attribution_map& m, int64_t n, int64_t h, const float* weights,
                  int64_t radius) {
  const int64_t height = m.size[2], width = m.size[3], *const s = m.map.stride;
  const Planes at = planes_of(m, n);
  float* const out = m.map.data + n * s[0] + h * s[2];
  float values[kTile], shares[kTile], most = 0;
  for (int64_t first = 0; first < width; first += kTile) {
    const int64_t columns = smaller(kTile, width - first);
    for (int64_t w = 0; w < columns; ++w) values[w] = shares[w] = 0;
    for (int64_t row = larger(0, h - radius); row < smaller(height, h + radius + 1); ++row) {
      const float weight = weights[row < h ? h - row : row - h];
      add_shifted(values, at.values + row * width + first, weight, columns);
      add_shifted(shares, at.weights + row * width + first, weight, columns);
    }
    for (int64_t w = 0; w < columns; ++w) {
      // Within the mask the pixel itself has a share of 1.
      const float value = inside(m, n, h, first + w) ? values[w] / shares[w] : 0;
      out[(first + w) * s[3]] = value;
      const float magnitude = value < 0 ? -value : value;
      if (magnitude > most) most = magnitude;
    }
  }
  at.most[h] = most;
}

void normalise_row(const hale_attribution_map& m, int64_t n, int64_t h) {
  const int64_t *const s = m.map.stride, height = m.size[2];
  const float* const rows = planes_of(m, n).most;
  float most = 0;
  for (int64_t row = 0; row < height; ++row) most = rows[row] > most ? rows[row] : most;
  if (most == 0) return;
  float* const out = m.map.data + n * s[0] + h * s[2];
  for (int64_t w = 0; w < m.size[3]; ++w) out[w * s[3]] /= most;
}

}  // namespace

void map_attribution(const hale_attribution_map& m, int threads) {
  const int64_t height = m.size[2], jobs = m.size[0] * height;
  if (jobs * m.size[3] == 0) return;
  const int64_t radius = hale_blur_radius(m.sigma);
  float* const weights =
      static_cast<float*>(m.workspace) + m.size[0] * (3 * height * m.size[3] + height);
  for (int64_t d = 0; d <= radius; ++d) weights[d] = d == 0 ? 1 : hale_blur_weight(d, m.sigma);
  const int team = team_for(threads, jobs, jobs * m.size[3] * (m.size[1] + radius));
  parallel(team, jobs, [&](int64_t i) { first_sweep(m, i / height, i % height, weights, radius); });
  parallel(team, jobs,
           [&](int64_t i) { second_sweep(m, i / height, i % height, weights, radius); });
  if (m.normalise != 0) {
    parallel(team, jobs, [&](int64_t i) { normalise_row(m, i / height, i % height); });
  }
}

}  // namespace HALE_ISA
}  // namespace hale
