#include "norm_backward_case.h"

#include <cmath>
#include <cstdio>

namespace {

constexpr double kTolerance = 128.0 / (1 << 24);  // 128 roundings, of the magnitude of the terms
constexpr double kBfloat16 = 1.0 / (1 << 8);      // one rounding, of s or of the result

double silu_slope(double x) {
  const double sigmoid = 1 / (1 + std::exp(-x));
  return sigmoid * (1 + x * (1 - sigmoid));
}

// One element on its way: what the derivative is made of, and how large each part's terms are.
struct Part {
  double d, s, slope;  // x' - mean, g f'(...), and gain times that
  double d_terms, s_terms, slope_terms;
};

// A derivative with respect to a parameter, and how large its terms are.
struct Sum {
  double value, terms;
  void add(double by, double size) { value += by, terms += size; }
};

}  // namespace

NormBackwardCase::NormBackwardCase(unsigned seed, bool large)
    : random_(seed + 1000), forward_(seed, large) {
  backward.norm = forward_.norm;
  backward.norm.y = {};
  const hale_group_norm& norm = backward.norm;
  const Element element = norm.bfloat16 ? Element::kBfloat16 : Element::kFloat32;
  const bool packed = seed % 5 == 0;
  in_place_ = random_() % 4 == 0;
  by_y_ = RandomTensor(random_, packed ? Layout::kChannelsLast : random_layout(random_, !in_place_),
                       norm.size, element);
  by_x_ = in_place_ ? by_y_
                    : RandomTensor(random_,
                                   packed ? Layout::kChannelsLast : random_layout(random_, false),
                                   norm.size, element);
  by_y_.for_each([&](int64_t n, int64_t c, int64_t h, int64_t w) {
    before_.push_back(by_y_.get(n, c, h, w));
  });
  backward.by_y = by_y_.storage(), backward.by_x = by_x_.storage();
  workspace_.assign(hale_group_norm_backward_workspace(&norm), 0x7F);
  norm_workspace_.assign(hale_group_norm_workspace(&norm), 0x7F);
  backward.workspace = workspace_.data(), backward.norm.workspace = norm_workspace_.data();
  if (random_() % 4 != 0) {
    by_parameters_.resize(norm.size[0] * HALE_NORM_PARAMETERS * norm.size[1]);
    backward.by_parameters = by_parameters_.data();
  }
  reset();
}

void NormBackwardCase::reset() {
  by_x_.fill(12345);
  by_parameters_.assign(by_parameters_.size(), 12345);
  size_t i = 0;
  by_y_.for_each(
      [&](int64_t n, int64_t c, int64_t h, int64_t w) { by_y_.set(n, c, h, w, before_[i++]); });
}

std::string NormBackwardCase::verify() const {
  const hale_group_norm& norm = backward.norm;
  const int64_t *size = norm.size, area = size[2] * size[3], in_group = size[1] / norm.groups;
  for (int64_t n = 0; n < size[0]; ++n) {
    for (int64_t first = 0; first < size[1]; first += in_group) {
      const NormCase::Group in = forward_.group(n, first);
      const auto part = [&](int64_t c, int64_t p) {
        const double g = before_[(n * size[1] + c) * area + p];
        const double gain = in.inverse * forward_.gain(n, c), d = forward_.x(n, c, p) - in.mean;
        const double d_terms = forward_.terms(n, c, p) + std::fabs(in.mean);
        const double input = d * gain + forward_.offset(n, c);
        const double input_terms = d_terms * std::fabs(gain) + forward_.offset_terms(n, c);
        const double s = g * (norm.silu ? silu_slope(input) : 1);
        const double s_terms = std::fabs(g) * (1 + (norm.silu ? input_terms : 0));
        return Part{d, s, gain * s, d_terms, s_terms, std::fabs(gain) * s_terms};
      };
      double sum = 0, dot = 0, sum_terms = 0, dot_terms = 0, dot_size = 0;
      for (int64_t c = first; c < first + in_group; ++c) {
        for (int64_t p = 0; p < area; ++p) {
          const Part of = part(c, p);
          sum += of.slope, dot += of.slope * of.d;
          sum_terms += of.slope_terms, dot_size += std::fabs(of.slope * of.d);
          dot_terms += of.slope_terms * std::fabs(of.d) + std::fabs(of.slope) * of.d_terms;
        }
      }
      const double by = in.inverse * in.inverse / in.count;
      for (int64_t c = first; c < first + in_group; ++c) {
        Sum by_added = {0, 0}, by_shift = {0, 0}, by_scaled = {0, 0};  // the last of s x normalised
        for (int64_t p = 0; p < area; ++p) {
          const Part of = part(c, p);
          const double want = of.slope - sum / in.count - of.d * dot * by;
          const double terms = of.slope_terms + sum_terms / in.count +
                               (std::fabs(of.d) * dot_terms + of.d_terms * dot_size) * by;
          const double got = by_x_.get(n, c, p / size[3], p % size[3]);
          const double rounded = std::fabs(want) + (norm.silu ? std::fabs(of.slope) : 0);
          const double room =
              kTolerance * terms + (norm.bfloat16 ? kBfloat16 * rounded : 0) + 1e-30;
          if (!(std::fabs(want - got) <= room)) {
            char text[200];
            std::snprintf(text, sizeof text, "by_x[%d, %d, %d]: %.9g, wanted %.9g (terms of %.3g)",
                          static_cast<int>(n), static_cast<int>(c), static_cast<int>(p), got, want,
                          terms);
            return text;
          }
          by_added.add(want, terms);
          by_shift.add(of.s, of.s_terms);
          by_scaled.add(of.s * of.d * in.inverse,
                        (of.s_terms * std::fabs(of.d) + std::fabs(of.s) * of.d_terms) * in.inverse);
        }
        const double more = forward_.more(n, c), weight = forward_.weight(n, c);
        const double bias = forward_.bias(n, c);
        const Sum wanted[HALE_NORM_PARAMETERS] = {
            {more * by_scaled.value, std::fabs(more) * by_scaled.terms},
            {more * by_shift.value, std::fabs(more) * by_shift.terms},
            by_added,
            {weight * by_scaled.value + bias * by_shift.value,
             std::fabs(weight) * by_scaled.terms + std::fabs(bias) * by_shift.terms},
            by_shift};
        for (int64_t row = 0; row < HALE_NORM_PARAMETERS && !by_parameters_.empty(); ++row) {
          const double got =
              by_parameters_[(n * HALE_NORM_PARAMETERS + row) * size[1] + c];
          const double room = kTolerance * wanted[row].terms + 1e-30;
          if (!(std::fabs(wanted[row].value - got) <= room)) {
            char text[200];
            std::snprintf(text, sizeof text,
                          "by_parameters[%d, %d, %d]: %.9g, wanted %.9g (terms of %.3g)",
                          static_cast<int>(n), static_cast<int>(row), static_cast<int>(c), got,
                          wanted[row].value, wanted[row].terms);
            return text;
          }
        }
      }
    }
  }
  return "";
}
