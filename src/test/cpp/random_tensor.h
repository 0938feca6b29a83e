// Random tensors in every memory layout. Each has a heap block of its own that ends where its last
// element ends, so that the address sanitizer sees a kernel that reads or writes one element too
// far, and begins at any element, so that the other sees a wide access that is not aligned.
#ifndef HALE_TEST_RANDOM_TENSOR_H_
#define HALE_TEST_RANDOM_TENSOR_H_

#include <cstdint>
#include <memory>
#include <random>

#include "hale.h"

enum class Layout { kContiguous, kChannelsLast, kGaps, kTransposed, kExpanded };

enum class Element { kFloat32, kBfloat16, kByte };

class RandomTensor {
 public:
  RandomTensor() = default;

  // Standard normal values; bytes are 0 or 1. kExpanded repeats one image (and, for a mask, one
  // channel): it is for what is read only.
  RandomTensor(std::mt19937& random, Layout layout, const int64_t size[4],
               Element element = Element::kFloat32);

  bool present() const { return block_ != nullptr; }
  double get(int64_t n, int64_t c, int64_t h, int64_t w) const;
  void set(int64_t n, int64_t c, int64_t h, int64_t w, double value);
  void fill(double value);

  template <typename F>
  void for_each(F f) const {
    for (int64_t n = 0; n < size[0]; ++n) {
      for (int64_t c = 0; c < size[1]; ++c) {
        for (int64_t h = 0; h < size[2]; ++h) {
          for (int64_t w = 0; w < size[3]; ++w) f(n, c, h, w);
        }
      }
    }
  }

  hale_storage storage() const;
  hale_tensor tensor() const;
  hale_bytes bytes() const;

  int64_t size[4] = {0, 0, 0, 0};
  int64_t stride[4] = {0, 0, 0, 0};

 private:
  void* address(int64_t n, int64_t c, int64_t h, int64_t w) const;

  std::shared_ptr<char[]> block_;  // copies are views
  void* data_ = nullptr;
  Element element_ = Element::kFloat32;
};

// A layout that may be written, or, if `read_only`, any.
Layout random_layout(std::mt19937& random, bool read_only);

#endif  // HALE_TEST_RANDOM_TENSOR_H_
