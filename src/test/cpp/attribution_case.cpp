#include "attribution_case.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace {

constexpr double kTolerance = 64.0 / (1 << 24);  // 64 roundings, of the magnitude of the terms
constexpr int64_t kSides[] = {1, 2, 3, 4, 7, 8, 16, 33};

bool coin(std::mt19937& random) { return random() % 2 == 0; }

void draw_size(std::mt19937& random, int64_t size[4]) {
  size[0] = 1 + random() % 3;
  size[1] = 1 + random() % 6;
  size[2] = kSides[random() % 8];
  size[3] = random() % 20 == 0 ? 2100 : kSides[random() % 8];  // more than a tile, now and then
}

std::string judge(const char* what, int64_t n, int64_t c, int64_t h, int64_t w, double want,
                  double got, double terms) {
  if (std::fabs(want - got) <= kTolerance * terms + 1e-30) return "";
  char text[200];
  std::snprintf(text, sizeof text, "%s[%d, %d, %d, %d]: %.9g, wanted %.9g (terms of %.3g)", what,
                static_cast<int>(n), static_cast<int>(c), static_cast<int>(h), static_cast<int>(w),
                got, want, terms);
  return text;
}

double get(const RandomTensor& t, int64_t n, int64_t c, int64_t h, int64_t w, double absent) {
  return t.present() ? t.get(n, c, h, w) : absent;
}

std::vector<float> draw_scalars(std::mt19937& random, int64_t count) {
  std::vector<float> scalars(count);
  for (float& scalar : scalars) scalar = random() / 4294967296.0f;
  return scalars;
}

}  // namespace

PathCase::PathCase(unsigned seed) : random_(seed) {
  draw_size(random_, path.size);
  x_ = RandomTensor(random_, random_layout(random_, true), path.size);
  if (coin(random_)) baseline_ = RandomTensor(random_, random_layout(random_, true), path.size);
  out_ = RandomTensor(random_, random_layout(random_, false), path.size);
  alpha_ = draw_scalars(random_, path.size[0]);
  path.x = x_.tensor(), path.baseline = baseline_.tensor(), path.out = out_.tensor();
  path.alpha = alpha_.data();
}

void PathCase::reset() { out_.fill(12345); }

std::string PathCase::verify() const {
  std::string error;
  out_.for_each([&](int64_t n, int64_t c, int64_t h, int64_t w) {
    const double a = alpha_[n] * x_.get(n, c, h, w);
    const double b = (1.0 - alpha_[n]) * get(baseline_, n, c, h, w, 0);
    if (error.empty()) {
      error = judge("point", n, c, h, w, a + b, out_.get(n, c, h, w), std::fabs(a) + std::fabs(b));
    }
  });
  return error;
}

AccumulationCase::AccumulationCase(unsigned seed) : random_(seed) {
  int64_t* const size = accumulation.size;
  draw_size(random_, size);
  gradient_ = RandomTensor(random_, random_layout(random_, true), size);
  if (coin(random_)) x_ = RandomTensor(random_, random_layout(random_, true), size);
  if (coin(random_)) baseline_ = RandomTensor(random_, random_layout(random_, true), size);
  into_one_ = coin(random_);
  const int64_t one[4] = {1, size[1], size[2], size[3]};
  sum_ = RandomTensor(random_, random_layout(random_, false), into_one_ ? one : size);
  if (into_one_) sum_.stride[0] = 0;
  weight_ = draw_scalars(random_, size[0]);
  sum_.for_each(
      [&](int64_t n, int64_t c, int64_t h, int64_t w) { before_.push_back(sum_.get(n, c, h, w)); });
  accumulation.gradient = gradient_.tensor(), accumulation.x = x_.tensor();
  accumulation.baseline = baseline_.tensor(), accumulation.sum = sum_.tensor();
  accumulation.weight = weight_.data();
}

void AccumulationCase::reset() {
  size_t i = 0;
  sum_.for_each(
      [&](int64_t n, int64_t c, int64_t h, int64_t w) { sum_.set(n, c, h, w, before_[i++]); });
}

std::string AccumulationCase::verify() const {
  std::string error;
  size_t i = 0;
  sum_.for_each([&](int64_t to, int64_t c, int64_t h, int64_t w) {
    double want = before_[i++], terms = std::fabs(want);
    for (int64_t n = into_one_ ? 0 : to; n < (into_one_ ? accumulation.size[0] : to + 1); ++n) {
      const double g = weight_[n] * gradient_.get(n, c, h, w);
      const double x = get(x_, n, c, h, w, 1);
      const double from = x_.present() ? get(baseline_, n, c, h, w, 0) : 0;
      want += g * (x - from);
      terms += std::fabs(g) * (std::fabs(x) + std::fabs(from));
    }
    if (error.empty()) error = judge("sum", to, c, h, w, want, sum_.get(to, c, h, w), terms);
  });
  return error;
}

ConstraintCase::ConstraintCase(unsigned seed) : random_(seed) {
  int64_t* const size = constraint.size;
  draw_size(random_, size);
  attribution_ = RandomTensor(random_, random_layout(random_, true), size);
  constraint.scale = coin(random_) ? 1 : 20;
  constraint.cost = static_cast<int32_t>(random_() % 3);
  switch (random_() % 3) {
    case 0:  // one for all channels
      mask_ = RandomTensor(random_, Layout::kContiguous, size);
      mask_.stride[1] = 0;
      break;
    case 1:
      mask_ = RandomTensor(random_, random_layout(random_, true), size);
      break;
    default:
      break;
  }
  if (mask_.present()) {
    const bool none = random_() % 5 == 0;
    mask_.for_each([&](int64_t n, int64_t c, int64_t h, int64_t w) {
      mask_.set(n, c, h, w, none ? 0 : random_() % 2);
    });
  }
  if (coin(random_)) derivative_ = RandomTensor(random_, random_layout(random_, false), size);
  value_.resize(size[0]);
  constraint.attribution = attribution_.tensor(), constraint.mask = mask_.tensor();
  constraint.derivative = derivative_.tensor(), constraint.value = value_.data();
  workspace_.assign(hale_constraint_workspace(&constraint), 0x7F);
  constraint.workspace = workspace_.data();
}

void ConstraintCase::reset() {
  if (derivative_.present()) derivative_.fill(12345);
  for (double& value : value_) value = 12345;
}

std::string ConstraintCase::verify() const {
  const int64_t* const size = constraint.size;
  const double k = constraint.scale;
  std::vector<double> count(size[0]), cost(size[0]);
  const auto penalty = [&](double z) {
    if (constraint.cost == HALE_COST_SQUARE) return z * z;
    if (constraint.cost == HALE_COST_HINGE) return std::max(z, 0.0);
    return z > 0 ? z + std::log1p(std::exp(-z)) : std::log1p(std::exp(z));
  };
  attribution_.for_each([&](int64_t n, int64_t c, int64_t h, int64_t w) {
    const double inside = get(mask_, n, c, h, w, 1);
    count[n] += inside;
    cost[n] += inside * penalty(k * attribution_.get(n, c, h, w));
  });
  std::string error;
  for (int64_t n = 0; n < size[0]; ++n) {
    const double want = count[n] > 0 ? cost[n] / count[n] : 0;
    if (error.empty()) error = judge("value", n, 0, 0, 0, want, value_[n], std::fabs(want));
  }
  if (!derivative_.present()) return error;
  derivative_.for_each([&](int64_t n, int64_t c, int64_t h, int64_t w) {
    const double z = k * attribution_.get(n, c, h, w);
    const double slope = k * (constraint.cost == HALE_COST_SQUARE  ? 2 * z
                              : constraint.cost == HALE_COST_HINGE ? (z > 0 ? 1 : 0)
                                                                   : 1 / (1 + std::exp(-z)));
    const double want = count[n] > 0 ? slope * get(mask_, n, c, h, w, 1) / count[n] : 0;
    if (error.empty()) {
      error = judge("slope", n, c, h, w, want, derivative_.get(n, c, h, w), std::fabs(want));
    }
  });
  return error;
}

AttributionMapCase::AttributionMapCase(unsigned seed) : random_(seed) {
  int64_t* const size = map.size;
  draw_size(random_, size);
  if (size[3] > 100) size[2] = 1 + random_() % 2;  // the twin takes long
  attribution_ = RandomTensor(random_, random_layout(random_, true), size);
  const int64_t plane[4] = {size[0], 1, size[2], size[3]};
  map_ = RandomTensor(random_, random_layout(random_, false), plane);
  if (random_() % 4 != 0) {
    mask_ = RandomTensor(random_, random_layout(random_, true), plane, Element::kByte);
    if (random_() % 5 == 0) mask_.fill(0);
  }
  const float sigmas[] = {0, 0.5f, 1.5f, 4};
  map.sigma = sigmas[random_() % 4];
  map.positive = coin(random_);
  map.normalise = coin(random_);
  map.attribution = attribution_.tensor(), map.map = map_.tensor(), map.mask = mask_.bytes();
  workspace_.assign(hale_attribution_map_workspace(&map), 0x7F);
  map.workspace = workspace_.data();
}

void AttributionMapCase::reset() { map_.fill(12345); }

std::string AttributionMapCase::verify() const {
  const int64_t* const size = map.size;
  const int64_t height = size[2], width = size[3];
  const int64_t radius = static_cast<int64_t>(std::ceil(3 * static_cast<double>(map.sigma)));
  std::string error;
  for (int64_t n = 0; n < size[0]; ++n) {
    std::vector<double> sums(height * width), magnitudes(height * width), want(height * width),
        terms(height * width);
    double most = 0;
    for (int64_t h = 0; h < height; ++h) {
      for (int64_t w = 0; w < width; ++w) {
        double sum = 0, magnitude = 0;
        for (int64_t c = 0; c < size[1]; ++c) {
          sum += attribution_.get(n, c, h, w);
          magnitude += std::fabs(attribution_.get(n, c, h, w));
        }
        sums[h * width + w] = map.positive && sum < 0 ? 0 : sum;
        magnitudes[h * width + w] = magnitude;
      }
    }
    for (int64_t h = 0; h < height; ++h) {
      for (int64_t w = 0; w < width; ++w) {
        if (get(mask_, n, 0, h, w, 1) == 0) continue;
        double value = 0, magnitude = 0, share = 0;
        for (int64_t i = std::max<int64_t>(0, h - radius); i <= std::min(height - 1, h + radius);
             ++i) {
          for (int64_t j = std::max<int64_t>(0, w - radius); j <= std::min(width - 1, w + radius);
               ++j) {
            if (get(mask_, n, 0, i, j, 1) == 0) continue;
            const double d = static_cast<double>((i - h) * (i - h) + (j - w) * (j - w));
            const double g = d == 0 ? 1 : std::exp(-d / (2.0 * map.sigma * map.sigma));
            value += g * sums[i * width + j];
            magnitude += g * magnitudes[i * width + j];
            share += g;
          }
        }
        want[h * width + w] = value / share;
        terms[h * width + w] = magnitude / share;
        most = std::max(most, std::fabs(value / share));
      }
    }
    // Where the greatest value is itself a difference of terms, its error is everyone's.
    double loss = 1;
    for (double term : terms) loss = most > 0 ? std::max(loss, term / most) : loss;
    for (int64_t h = 0; h < height; ++h) {
      for (int64_t w = 0; w < width; ++w) {
        const int64_t at = h * width + w;
        const bool divides = map.normalise && most > 0;
        const double value = divides ? want[at] / most : want[at];
        const double room = divides ? terms[at] / most + loss * std::fabs(value) : terms[at];
        if (error.empty()) error = judge("map", n, 0, h, w, value, map_.get(n, 0, h, w), room);
      }
    }
  }
  return error;
}
