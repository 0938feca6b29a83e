#include "step_case.h"

#include <cmath>
#include <cstdio>
#include <cstring>
#include <limits>

namespace {

constexpr double kTolerance = 64.0 / (1 << 24);  // 64 roundings, of the magnitude of the terms
constexpr float kUnwritten = 12345.0f;
constexpr int64_t kSides[] = {1, 2, 3, 4, 7, 8, 12, 16, 33, 64};

// A value, and the sum of the magnitudes of the terms that made it.
struct Judged {
  double value, magnitude;
};

struct Wanted {
  Judged next, x0;
};

Wanted wanted(const hale_step_coefficients& k, double x, double o, double v, double g, double z) {
  Judged x0 = {k.x0_from_x * x + k.x0_from_output * o,
               std::fabs(k.x0_from_x * x) + std::fabs(k.x0_from_output * o)};
  Judged eps = {k.eps_from_x * x + k.eps_from_output * o,
                std::fabs(k.eps_from_x * x) + std::fabs(k.eps_from_output * o)};
  if (k.clamp) {
    eps.magnitude += (std::fabs(x) + k.signal * x0.magnitude) / k.noise;
    if (std::fabs(x0.value) > 1) {
      x0.value = x0.value > 0 ? 1 : -1;
      eps.value = (x - k.signal * x0.value) / k.noise;
    }
  }
  if (k.guidance != 0) {
    eps = {eps.value - k.guidance * g, eps.magnitude + std::fabs(k.guidance * g)};
    x0 = {(x - k.noise * eps.value) / k.signal,
          (std::fabs(x) + k.noise * eps.magnitude) / k.signal};
  }
  const double f = (v + 1) / 2;
  const double log_variance =
      k.learned_variance ? f * k.max_log_variance + (1 - f) * k.min_log_variance : 0;
  const double shift = k.mean_guidance * std::exp(log_variance) * g;
  const double spread = k.noise_scale * std::exp(log_variance / 2) * z;
  return {
      {k.next_from_x0 * x0.value + k.next_from_x * x + k.next_from_eps * eps.value + shift + spread,
       std::fabs(k.next_from_x0) * x0.magnitude + std::fabs(k.next_from_x * x) +
           std::fabs(k.next_from_eps) * eps.magnitude +
           (1 + std::fabs(log_variance)) * (std::fabs(shift) + std::fabs(spread))},
      x0};
}

Judged composed(double gate, Judged inside, double outside) {
  return {outside + gate * (inside.value - outside), 2 * std::fabs(outside) + inside.magnitude};
}

bool same_bits(float a, float b) { return std::memcmp(&a, &b, sizeof a) == 0; }

bool wrong(Judged want, float got) {
  return !(std::fabs(want.value - got) <= kTolerance * want.magnitude);
}

std::string report(const char* what, int64_t n, int64_t c, int64_t h, int64_t w, Judged want,
                   float got) {
  char text[200];
  std::snprintf(text, sizeof text, "%s[%d, %d, %d, %d]: %.9g, wanted %.9g (terms of %.3g)", what,
                static_cast<int>(n), static_cast<int>(c), static_cast<int>(h), static_cast<int>(w),
                got, want.value, want.magnitude);
  return text;
}

}  // namespace

StepCase::StepCase(unsigned seed) : random_(seed) {
  const auto coin = [&] { return random_() % 2 == 0; };
  const auto uniform = [&](double low, double high) {
    return low + (high - low) * (random_() / 4294967296.0);
  };
  uniform_ = coin();
  common_ = static_cast<Layout>(random_() % 4);
  const int64_t channels = random_() % 16 == 0 ? 260 : 1 + random_() % 8;
  const unsigned sides = channels == 260 ? 5 : 10;
  step.size[0] = 1 + random_() % 3;
  step.size[1] = channels;
  step.size[2] = kSides[random_() % sides];
  step.size[3] = kSides[random_() % sides];

  const bool learned = coin(), guided = coin(), noisy = coin(), ancestral = coin();
  const double a = uniform(0.02, 0.98), next = uniform(0.02, 0.99);
  const double signal = std::sqrt(a), noise = std::sqrt(1 - a);
  switch (random_() % 3) {
    case 0:  // the network predicts eps
      k.x0_from_x = 1 / signal, k.x0_from_output = -noise / signal;
      k.eps_from_x = 0, k.eps_from_output = 1;
      break;
    case 1:  // x0
      k.x0_from_x = 0, k.x0_from_output = 1;
      k.eps_from_x = 1 / noise, k.eps_from_output = -signal / noise;
      break;
    default:  // v
      k.x0_from_x = signal, k.x0_from_output = -noise;
      k.eps_from_x = noise, k.eps_from_output = signal;
  }
  k.signal = signal, k.inverse_signal = 1 / signal;
  k.noise = noise, k.inverse_noise = 1 / noise;
  k.clamp = coin();
  k.learned_variance = learned;
  k.max_log_variance = std::log(uniform(1e-4, 0.02));
  k.min_log_variance = k.max_log_variance - uniform(0, 3);
  k.next_from_x0 = ancestral ? 0.5 * std::sqrt(next) : std::sqrt(next);
  k.next_from_x = ancestral ? 0.5 : 0;
  k.next_from_eps = ancestral ? 0 : std::sqrt(1 - next);
  k.guidance = guided && !ancestral ? uniform(0, 10) * noise : 0;
  k.mean_guidance = guided && ancestral ? uniform(0, 10) : 0;
  k.noise_scale = noisy ? (ancestral ? 1 : 0.1) : 0;

  x_ = make(draw(false), channels);
  output_ = make(draw(false), learned ? 2 * channels : channels);
  if (guided) gradient_ = make(draw(false), channels);
  if (noisy) noise_ = make(draw(false), channels);
  next_ = make(draw(true), channels);
  if (coin()) pred_x0_ = make(draw(true), channels);
  step.x = x_.tensor, step.output = output_.tensor;
  step.gradient = gradient_.tensor, step.noise = noise_.tensor;
  step.next = next_.tensor, step.pred_x0 = pred_x0_.tensor;
  if (coin()) {
    gate_ = make(static_cast<Layout>(random_() % 5), 1);  // of its own: it chooses the walk, too
    gate_.tensor.stride[1] = 1234567;  // is ignored
    outside_ = make(draw(false), channels);
    fill_gate();
    step.gate = gate_.tensor, step.outside = outside_.tensor;
  }
  reset();
}

Layout StepCase::draw(bool result) {
  if (uniform_) return common_;
  return static_cast<Layout>(random_() % (result ? 4 : 5));
}

Buffer StepCase::make(Layout layout, int64_t channels) {
  const int64_t *size = step.size, c = channels, h = size[2], w = size[3];
  // Gaps of many sizes, and a start that need not be aligned: a wide access must look before it.
  const int64_t pitch = w + 2 + random_() % 3, rows = h + random_() % 2;
  const int64_t start = layout == Layout::kGaps ? random_() % 4 : 0;
  Buffer b;
  for (int axis = 0; axis < 4; ++axis) b.size[axis] = axis == 1 ? c : size[axis];
  int64_t strides[5][4] = {{c * h * w, h * w, w, 1},
                           {h * w * c, 1, w * c, c},
                           {(c + 1) * rows * pitch, rows * pitch, pitch, 1},
                           {c * h * w, h * w, 1, h},
                           {0, h * w, w, 1}};
  int64_t extent = start + 1;
  for (int axis = 0; axis < 4; ++axis) {
    b.tensor.stride[axis] = strides[static_cast<int>(layout)][axis];
    extent += (b.size[axis] - 1) * b.tensor.stride[axis];
  }
  b.block.reset(new float[extent]);
  b.tensor.data = b.block.get() + start;
  std::normal_distribution<float> normal;
  for (int64_t i = 0; i < extent; ++i) b.block[i] = normal(random_);
  return b;
}

// A third of it shut, a third open, and a little of it beyond.
void StepCase::fill_gate() {
  constexpr float kEnds[] = {0, 0, 0, -0.0f, -0.5f, 1, 1, 1, 1, 1.5f};
  for_each([&](int64_t n, int64_t, int64_t h, int64_t w) {
    const unsigned drawn = random_() % 15;
    gate_.at(n, 0, h, w) = drawn < 10 ? kEnds[drawn] : (random_() % 1000 + 0.5f) / 1000;
  });
}

void StepCase::reset() {
  for (int64_t n = 0; n < step.size[0]; ++n) {
    for (int64_t h = 0; h < step.size[2]; ++h) {
      for (int64_t w = 0; w < step.size[3]; ++w) {
        for (int64_t c = 0; c < step.size[1]; ++c) {
          next_.at(n, c, h, w) = kUnwritten;
          if (pred_x0_.tensor.data != nullptr) pred_x0_.at(n, c, h, w) = kUnwritten;
        }
      }
    }
  }
}

std::string StepCase::verify() const {
  for (int64_t n = 0; n < step.size[0]; ++n) {
    for (int64_t h = 0; h < step.size[2]; ++h) {
      for (int64_t w = 0; w < step.size[3]; ++w) {
        for (int64_t c = 0; c < step.size[1]; ++c) {
          const double v = k.learned_variance ? output_.at(n, step.size[1] + c, h, w) : 0;
          const double g = gradient_.tensor.data != nullptr ? gradient_.at(n, c, h, w) : 0;
          const double z = noise_.tensor.data != nullptr ? noise_.at(n, c, h, w) : 0;
          const Wanted want = wanted(k, x_.at(n, c, h, w), output_.at(n, c, h, w), v, g, z);
          const float next = next_.at(n, c, h, w);
          const float gate = gate_.tensor.data != nullptr ? gate_.at(n, 0, h, w) : 1;
          const float outside = gate < 1 ? outside_.at(n, c, h, w) : 0;
          const Judged open = gate < 1 ? composed(gate, want.next, outside) : want.next;
          const Judged whole = gate <= 0 ? Judged{outside, 0} : open;
          if (gate <= 0 ? !same_bits(outside, next) : wrong(open, next)) {
            return report("next", n, c, h, w, whole, next);
          }
          if (pred_x0_.tensor.data != nullptr) {
            const float x0 = pred_x0_.at(n, c, h, w);
            if (wrong(want.x0, x0)) return report("x0", n, c, h, w, want.x0, x0);
          }
        }
      }
    }
  }
  return "";
}

std::string StepCase::verify_ends(const std::function<void(const hale_step&)>& run) {
  if (gate_.tensor.data == nullptr) return "";
  const float bad[] = {NAN, std::numeric_limits<float>::infinity(),
                       -std::numeric_limits<float>::infinity()};
  for_each([&](int64_t n, int64_t c, int64_t h, int64_t w) {
    if (random_() % 4 == 0) output_.at(n, c, h, w) = bad[random_() % 3];
    if (random_() % 4 == 0) outside_.at(n, c, h, w) = bad[random_() % 3];
  });
  hale_step plain = step;
  plain.gate = plain.outside = {};
  reset();
  run(plain);
  std::vector<float> inside;
  for_each([&](int64_t n, int64_t c, int64_t h, int64_t w) {
    inside.push_back(next_.at(n, c, h, w));
  });
  reset();
  run(step);
  std::string error;
  size_t i = 0;
  for_each([&](int64_t n, int64_t c, int64_t h, int64_t w) {
    const float gate = gate_.at(n, 0, h, w), got = next_.at(n, c, h, w);
    const float open = inside[i++], want = gate <= 0 ? outside_.at(n, c, h, w) : open;
    // Which NaN comes of an operation is the processor's affair; a copied one stays what it is.
    const bool both_nan = gate >= 1 && std::isnan(want) && std::isnan(got);
    if ((gate <= 0 || gate >= 1) && !same_bits(want, got) && !both_nan) {
      error = report("end", n, c, h, w, {want, gate}, got);
    }
  });
  return error;
}
