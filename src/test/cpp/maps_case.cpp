#include "maps_case.h"

#include <algorithm>
#include <cmath>

namespace {

constexpr int64_t kSides[] = {1, 2, 3, 4, 7, 8, 16, 33};

}  // namespace

MapsCase::MapsCase(unsigned seed) : random_(seed) {
  maps.size[0] = 1 + random_() % 3;
  maps.size[1] = 1 + random_() % 4;
  maps.size[2] = kSides[random_() % 8];
  maps.size[3] = kSides[random_() % 8];
  values_ = RandomTensor(random_, random_layout(random_, true), maps.size);
  // Steps on the very edges of the bins, constants, and zeros of both signs.
  const unsigned kind = random_() % 4;
  values_.for_each([&](int64_t n, int64_t a, int64_t b, int64_t c) {
    const double value = values_.get(n, a, b, c);
    if (kind == 1) values_.set(n, a, b, c, std::round(value * 64) / 64);
    if (kind == 2) values_.set(n, a, b, c, value < 0 ? -0.0 : std::floor(value));
    if (kind == 3) values_.set(n, a, b, c, 0.3);
  });
  if (random_() % 4 != 0) {
    mask_ = RandomTensor(random_, random_layout(random_, true), maps.size, Element::kByte);
    if (random_() % 6 == 0) mask_.fill(0);
  }
  out_ = RandomTensor(random_, random_layout(random_, false), maps.size, Element::kByte);
  sorted_.resize(maps.size[0]);
  values_.for_each([&](int64_t n, int64_t a, int64_t b, int64_t c) {
    if (!mask_.present() || mask_.get(n, a, b, c) != 0) {
      sorted_[n].push_back(static_cast<float>(values_.get(n, a, b, c)));
    }
  });
  for (std::vector<float>& values : sorted_) {
    std::sort(values.begin(), values.end());
    ranks.push_back(values.empty() ? 0 : random_() % values.size());
    // Now and then exactly a value, which must not be marked.
    thresholds.push_back(values.empty() || random_() % 2 ? 0.1 : values[ranks.back()]);
  }
  maps.values = values_.tensor(), maps.mask = mask_.bytes(), out = out_.bytes();
  ranges.resize(maps.size[0]);
  counts.resize(maps.size[0] * kBins);
  selected.resize(maps.size[0]);
  workspace.resize(hale_map_select_workspace(&maps));
}

void MapsCase::reset() {
  std::fill(ranges.begin(), ranges.end(), hale_range{-1, -1, 7, 7});
  std::fill(counts.begin(), counts.end(), -1);
  std::fill(selected.begin(), selected.end(), 12345.0f);
  std::fill(workspace.begin(), workspace.end(), 0x7F);
  out_.fill(9);
}

std::string MapsCase::verify() const {
  for (int64_t n = 0; n < maps.size[0]; ++n) {
    const std::vector<float>& values = sorted_[n];
    const std::string where = " of map " + std::to_string(n);
    const int64_t count = static_cast<int64_t>(values.size());
    if (ranges[n].count != count || ranges[n].not_finite != 0) return "the count" + where;
    if (count > 0 && (ranges[n].low != values.front() || ranges[n].high != values.back())) {
      return "the range" + where;
    }
    std::vector<int64_t> want(kBins);
    if (count > 0 && values.front() < values.back()) {
      const double low = values.front(), high = values.back();
      for (double value : values) {
        int64_t bin = 0;
        while (bin < kBins - 1 && value >= low + (bin + 1) * ((high - low) / kBins)) ++bin;
        ++want[bin];
      }
    }
    for (int64_t bin = 0; bin < kBins; ++bin) {
      if (counts[n * kBins + bin] != want[bin]) {
        return "bin " + std::to_string(bin) + where + " has " +
               std::to_string(counts[n * kBins + bin]) + ", not " + std::to_string(want[bin]);
      }
    }
    if (count > 0 && selected[n] != values[ranks[n]]) {
      return "rank " + std::to_string(ranks[n]) + where + " is " + std::to_string(selected[n]) +
             ", not " + std::to_string(values[ranks[n]]);
    }
  }
  std::string error;
  out_.for_each([&](int64_t n, int64_t a, int64_t b, int64_t c) {
    const bool inside = !mask_.present() || mask_.get(n, a, b, c) != 0;
    const bool want = inside && values_.get(n, a, b, c) > thresholds[n];
    if (out_.get(n, a, b, c) != (want ? 1 : 0)) error = "a mark of map " + std::to_string(n);
  });
  return error;
}
