#include "random_tensor.h"

#include <cstring>

namespace {

int64_t bytes_of(Element element) {
  return element == Element::kFloat32 ? 4 : element == Element::kBfloat16 ? 2 : 1;
}

// Bit by bit, and not with the formula under test: up where the rest is more than half.
uint16_t rounded(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  const uint32_t rest = bits & 0xFFFF;
  uint32_t upper = bits >> 16;
  if (rest > 0x8000 || (rest == 0x8000 && (upper & 1))) ++upper;
  return static_cast<uint16_t>(upper);
}

}  // namespace

RandomTensor::RandomTensor(std::mt19937& random, Layout layout, const int64_t s[4], Element element)
    : element_(element) {
  const int64_t c = s[1], h = s[2], w = s[3], pitch = w + 2 + random() % 3, rows = h + random() % 2;
  const int64_t start = layout == Layout::kGaps ? random() % 4 : 0;
  const int64_t strides[5][4] = {{c * h * w, h * w, w, 1},
                                 {h * w * c, 1, w * c, c},
                                 {(c + 1) * rows * pitch, rows * pitch, pitch, 1},
                                 {c * h * w, h * w, 1, h},
                                 {0, element == Element::kByte ? 0 : h * w, w, 1}};
  int64_t extent = start + 1;
  for (int axis = 0; axis < 4; ++axis) {
    size[axis] = s[axis];
    stride[axis] = strides[static_cast<int>(layout)][axis];
    extent += (size[axis] - 1) * stride[axis];
  }
  block_.reset(new char[extent * bytes_of(element)]);
  data_ = block_.get() + start * bytes_of(element);
  std::memset(block_.get(), 0x7F, extent * bytes_of(element));
  std::normal_distribution<float> normal;
  for_each([&](int64_t n, int64_t k, int64_t i, int64_t j) {
    set(n, k, i, j, element == Element::kByte ? random() % 2 : normal(random));
  });
}

void* RandomTensor::address(int64_t n, int64_t c, int64_t h, int64_t w) const {
  const int64_t at = n * stride[0] + c * stride[1] + h * stride[2] + w * stride[3];
  return static_cast<char*>(data_) + at * bytes_of(element_);
}

double RandomTensor::get(int64_t n, int64_t c, int64_t h, int64_t w) const {
  const void* at = address(n, c, h, w);
  if (element_ == Element::kByte) return *static_cast<const uint8_t*>(at);
  if (element_ == Element::kFloat32) return *static_cast<const float*>(at);
  const uint32_t bits = static_cast<uint32_t>(*static_cast<const uint16_t*>(at)) << 16;
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

void RandomTensor::set(int64_t n, int64_t c, int64_t h, int64_t w, double value) {
  void* at = address(n, c, h, w);
  if (element_ == Element::kByte) {
    *static_cast<uint8_t*>(at) = static_cast<uint8_t>(value);
  } else if (element_ == Element::kFloat32) {
    *static_cast<float*>(at) = static_cast<float>(value);
  } else {
    *static_cast<uint16_t*>(at) = rounded(static_cast<float>(value));
  }
}

void RandomTensor::fill(double value) {
  for_each([&](int64_t n, int64_t c, int64_t h, int64_t w) { set(n, c, h, w, value); });
}

hale_storage RandomTensor::storage() const {
  return {data_, {stride[0], stride[1], stride[2], stride[3]}};
}

hale_tensor RandomTensor::tensor() const {
  return {static_cast<float*>(data_), {stride[0], stride[1], stride[2], stride[3]}};
}

hale_bytes RandomTensor::bytes() const {
  return {static_cast<uint8_t*>(data_), {stride[0], stride[1], stride[2], stride[3]}};
}

Layout random_layout(std::mt19937& random, bool read_only) {
  return static_cast<Layout>(random() % (read_only ? 5 : 4));
}
