#include "slices_case.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace {

constexpr double kTolerance = 4.0 / (1 << 24);  // 4 roundings of the result
constexpr double kBfloat16 = 1.0 / (1 << 8);    // one rounding, of 8 bits
constexpr double kCentre = 0x1p-44;             // of the centre, of which two floats hold 48 bits
constexpr int64_t kSides[] = {1, 2, 3, 4, 7, 8, 16, 33};
constexpr int64_t kPaddings[] = {0, 0, 1, 2, 3, 16};
constexpr double kUnits[] = {0.001, 1, 1000, 1e6};  // what scanners call intensities

}  // namespace

SlicesCase::SlicesCase(unsigned seed) : random_(seed) {
  int64_t* const size = slices.size;
  size[0] = 1 + random_() % 3;
  size[1] = 1 + random_() % 6;
  if (seed % 5 == 0) size[1] = seed % 2 == 0 ? 4 : 8;  // packs, which few cases would be by chance
  if (seed % 50 == 49) size[1] = 40;                   // too many channels for one tile
  size[2] = kSides[random_() % 8];
  size[3] = random_() % 20 == 0 ? 2100 : kSides[random_() % 8];  // more than a tile, now and then
  for (int axis = 0; axis < 2; ++axis) {
    slices.padded[axis] = size[2 + axis] + kPaddings[random_() % 6];
  }
  slices.bfloat16 = random_() % 2;
  for (int64_t i = 0; i < size[0] * size[1]; ++i) {
    const double unit = kUnits[random_() % 4], far = random_() % 3 == 0 ? 1000 : 1;
    lower_.push_back(unit * (far * (random_() % 1000 / 500.0 - 1)));
    upper_.push_back(lower_.back() + unit * (0.1 + random_() % 1000 / 500.0));
  }
  const Layout layout = random_layout(random_, true);
  x_ = RandomTensor(random_, layout, size);
  const int64_t plane[] = {size[0], 1, size[2], size[3]};
  if (random_() % 3 != 0) {
    mask_ = RandomTensor(random_, random_layout(random_, true), plane, Element::kByte);
  }
  // Some beyond the range at either end; not a number where nobody looks, or now and then inside.
  x_.for_each([&](int64_t n, int64_t c, int64_t h, int64_t w) {
    const int64_t i = n * size[1] + c;
    const double range = upper_[i] - lower_[i], centre = lower_[i] + range / 2;
    const bool hidden = layout != Layout::kExpanded && mask_.present() && !mask_.get(n, 0, h, w);
    const bool lost = random_() % (hidden ? 2 : 100) == 0;
    x_.set(n, c, h, w, lost ? std::nan("") : centre + 0.6 * range * x_.get(n, c, h, w));
  });
  const int64_t images[] = {size[0], size[1], slices.padded[0], slices.padded[1]};
  out_ =
      RandomTensor(random_, seed % 5 == 0 ? Layout::kChannelsLast : random_layout(random_, false),
                   images, slices.bfloat16 ? Element::kBfloat16 : Element::kFloat32);
  intensities_.resize(lower_.size());
  hale_intensities(lower_.data(), upper_.data(), static_cast<int64_t>(lower_.size()),
                   intensities_.data());
  slices.x = x_.tensor(), slices.mask = mask_.bytes(), slices.out = out_.storage();
  slices.intensities = intensities_.data();
}

void SlicesCase::reset() { out_.fill(12345); }

double SlicesCase::wanted(int64_t n, int64_t c, int64_t row, int64_t column) const {
  const int64_t h = row - (slices.padded[0] - x_.size[2]) / 2;
  const int64_t w = column - (slices.padded[1] - x_.size[3]) / 2;
  if (h < 0 || h >= x_.size[2] || w < 0 || w >= x_.size[3]) return -1;
  if (mask_.present() && mask_.get(n, 0, h, w) == 0) return -1;
  const double lower = lower_[n * x_.size[1] + c], upper = upper_[n * x_.size[1] + c];
  const double scaled = 2 * (x_.get(n, c, h, w) - lower) / (upper - lower) - 1;
  return std::isnan(scaled) ? scaled : std::min(1.0, std::max(-1.0, scaled));
}

std::string SlicesCase::verify() const {
  std::string error;
  out_.for_each([&](int64_t n, int64_t c, int64_t h, int64_t w) {
    const double want = wanted(n, c, h, w), got = out_.get(n, c, h, w);
    const double lower = lower_[n * x_.size[1] + c], upper = upper_[n * x_.size[1] + c];
    const double room = (kTolerance + (slices.bfloat16 ? kBfloat16 : 0)) * std::fabs(want) +
                        kCentre * (std::fabs(lower) + std::fabs(upper)) / (upper - lower);
    const bool right = std::isnan(want) ? std::isnan(got) : std::fabs(want - got) <= room;
    if (right || !error.empty()) return;
    char text[200];
    std::snprintf(text, sizeof text, "out[%d, %d, %d, %d]: %.9g, wanted %.9g", static_cast<int>(n),
                  static_cast<int>(c), static_cast<int>(h), static_cast<int>(w), got, want);
    error = text;
  });
  return error;
}
