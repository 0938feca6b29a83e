#include "norm_case.h"

#include <cmath>
#include <cstdio>

namespace {

constexpr double kTolerance = 128.0 / (1 << 24);  // 128 roundings, of the magnitude of the terms
constexpr double kBfloat16 = 1.0 / (1 << 8);      // one rounding of the result
constexpr int64_t kSides[] = {1, 2, 3, 5, 8, 16, 17};
constexpr int64_t kInGroup[] = {1, 1, 2, 3, 4, 8};

double get(const RandomTensor& t, int64_t n, int64_t c, double absent) {
  return t.present() ? t.get(n, c, 0, 0) : absent;
}

}  // namespace

NormCase::NormCase(unsigned seed, bool large) : random_(seed) {
  const auto coin = [&] { return random_() % 2 == 0; };
  norm.groups = large ? 32 : 1 + random_() % 5;
  norm.size[0] = 1 + random_() % 3;
  norm.size[1] = norm.groups * kInGroup[random_() % 6];
  // Channels last in whole packs of 16 bytes, which few cases would be by chance.
  const bool packed = seed % 5 == 0;
  if (packed) {
    norm.groups = 4;
    norm.size[1] = seed % 2 == 0 ? 8 : 16;
    if (seed % 15 == 0) norm.groups = seed % 2 == 0 ? 1 : 2, norm.size[1] = 24;
  }
  if (seed % 50 == 49) norm.size[1] = norm.groups * 520;  // too many for a tile of channels
  const unsigned sides = norm.size[1] > 500 ? 3 : 7;
  norm.size[2] = large ? 40 + random_() % 30 : kSides[random_() % sides];
  norm.size[3] = large ? 40 + random_() % 30 : kSides[random_() % sides];
  if (seed % 20 == 10) norm.size[2] = norm.size[3] = 33;  // several parts for small CUDA blocks
  if (seed % 100 == 85) {  // more packs than a small CUDA block has threads
    norm.size[0] = norm.size[2] = 1, norm.size[3] = 2;
    norm.size[1] = 4 * 136;
  }
  norm.epsilon = coin() ? 1e-5f : 1e-3f;
  norm.silu = coin();
  norm.bfloat16 = random_() % 4 == 0;
  const Element element = norm.bfloat16 ? Element::kBfloat16 : Element::kFloat32;

  in_place_ = random_() % 4 == 0;
  const Layout layout = packed ? Layout::kChannelsLast : random_layout(random_, !in_place_);
  x_ = RandomTensor(random_, layout, norm.size, element);
  const double far = coin() ? 0 : 100.0 * (random_() % 100 - 50.0);
  x_.for_each([&](int64_t n, int64_t c, int64_t h, int64_t w) {
    const double value = x_.get(n, c, h, w);
    if (std::fabs(value) < 20) x_.set(n, c, h, w, value + far + static_cast<double>(c % 7));
  });
  y_ = in_place_
           ? x_
           : RandomTensor(
                 random_,
                 coin() && layout != Layout::kExpanded ? layout : random_layout(random_, false),
                 norm.size, element);
  const int64_t by_channel[] = {1, norm.size[1], 1, 1},
                by_image[] = {norm.size[0], norm.size[1], 1, 1};
  const auto draw = [&](const int64_t size[4]) {
    RandomTensor t(random_, random_() % 2 ? Layout::kContiguous : Layout::kGaps, size, element);
    t.size[0] = norm.size[0];
    if (size == by_channel) t.stride[0] = 0;
    return t;
  };
  if (coin()) weight_ = draw(by_channel);
  if (coin()) bias_ = draw(by_channel);
  if (coin()) added_ = draw(by_image);
  if (coin()) scale_ = draw(by_image);
  if (coin()) shift_ = draw(by_image);
  x_.for_each(
      [&](int64_t n, int64_t c, int64_t h, int64_t w) { before_.push_back(x_.get(n, c, h, w)); });
  norm.x = x_.storage(), norm.y = y_.storage();
  norm.weight = weight_.storage(), norm.bias = bias_.storage();
  norm.added = added_.storage(), norm.scale = scale_.storage(), norm.shift = shift_.storage();
  workspace_.assign(hale_group_norm_workspace(&norm), 0x7F);
  norm.workspace = workspace_.data();
  reset();
}

void NormCase::reset() {
  y_.fill(12345);
  size_t i = 0;
  x_.for_each(
      [&](int64_t n, int64_t c, int64_t h, int64_t w) { x_.set(n, c, h, w, before_[i++]); });
}

NormCase::Group NormCase::group(int64_t n, int64_t first) const {
  const int64_t in_group = norm.size[1] / norm.groups, area = norm.size[2] * norm.size[3];
  const double count = static_cast<double>(in_group * area);
  double sum = 0, squares = 0;
  for (int64_t c = first; c < first + in_group; ++c) {
    for (int64_t p = 0; p < area; ++p) sum += x(n, c, p);
  }
  const double mean = sum / count;
  for (int64_t c = first; c < first + in_group; ++c) {
    for (int64_t p = 0; p < area; ++p) squares += (x(n, c, p) - mean) * (x(n, c, p) - mean);
  }
  return {count, mean, 1 / std::sqrt(squares / count + norm.epsilon)};
}

double NormCase::x(int64_t n, int64_t c, int64_t pixel) const {
  const int64_t area = norm.size[2] * norm.size[3];
  return before_[(n * norm.size[1] + c) * area + pixel] + get(added_, n, c, 0);
}

double NormCase::terms(int64_t n, int64_t c, int64_t pixel) const {
  return std::fabs(x(n, c, pixel)) + std::fabs(get(added_, n, c, 0));
}

double NormCase::weight(int64_t n, int64_t c) const { return get(weight_, n, c, 1); }

double NormCase::bias(int64_t n, int64_t c) const { return get(bias_, n, c, 0); }

double NormCase::more(int64_t n, int64_t c) const { return 1 + get(scale_, n, c, 0); }

double NormCase::gain(int64_t n, int64_t c) const { return weight(n, c) * more(n, c); }

double NormCase::offset(int64_t n, int64_t c) const {
  return bias(n, c) * more(n, c) + get(shift_, n, c, 0);
}

double NormCase::offset_terms(int64_t n, int64_t c) const {
  return std::fabs(bias(n, c) * more(n, c)) + std::fabs(get(shift_, n, c, 0));
}

std::string NormCase::verify() const {
  const int64_t *size = norm.size, area = size[2] * size[3], in_group = size[1] / norm.groups;
  for (int64_t n = 0; n < size[0]; ++n) {
    for (int64_t first = 0; first < size[1]; first += in_group) {
      const Group in = group(n, first);
      for (int64_t c = first; c < first + in_group; ++c) {
        const double by = in.inverse * gain(n, c), plus = offset(n, c);
        for (int64_t p = 0; p < area; ++p) {
          const double plain = (x(n, c, p) - in.mean) * by + plus;
          const double want = norm.silu ? plain / (1 + std::exp(-plain)) : plain;
          const double magnitude =
              (terms(n, c, p) + std::fabs(in.mean)) * std::fabs(by) + offset_terms(n, c);
          const double got = y_.get(n, c, p / size[3], p % size[3]);
          const double room = kTolerance * magnitude +
                              (norm.bfloat16 ? kBfloat16 * std::fabs(want) + 1e-30 : 1e-30);
          if (!(std::fabs(want - got) <= room)) {
            char text[200];
            std::snprintf(text, sizeof text, "y[%d, %d, %d]: %.9g, wanted %.9g (terms of %.3g)",
                          static_cast<int>(n), static_cast<int>(c), static_cast<int>(p), got, want,
                          magnitude);
            return text;
          }
        }
      }
    }
  }
  return "";
}
