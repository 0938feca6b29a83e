// A random denoising step and what must come of it, computed in double precision straight from the
// equations. Each tensor has a heap block of its own that ends where its last element ends, so that
// the address sanitizer sees a kernel that reads or writes one element too far.
#ifndef HALE_TEST_STEP_CASE_H_
#define HALE_TEST_STEP_CASE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "hale.h"

struct Buffer {
  std::unique_ptr<float[]> block;
  int64_t size[4] = {0, 0, 0, 0};
  hale_tensor tensor = {};

  float& at(int64_t n, int64_t c, int64_t h, int64_t w) const {
    return tensor.data[n * tensor.stride[0] + c * tensor.stride[1] + h * tensor.stride[2] +
                       w * tensor.stride[3]];
  }
};

enum class Layout { kContiguous, kChannelsLast, kGaps, kTransposed, kExpanded };

class StepCase {
 public:
  explicit StepCase(unsigned seed);

  // Empty if the results are right, or what is wrong with them.
  std::string verify() const;

  // Empty if a gate of 0 gives the outside and one of 1 what the step without a gate computes, bit
  // for bit, whatever infinity or NaN there is on the other side. `run` is given the step to run.
  std::string verify_ends(const std::function<void(const hale_step&)>& run);

  // Puts the results back to what they were before the step.
  void reset();

  hale_step step = {};
  hale_step_coefficients k = {};

 private:
  Buffer make(Layout layout, int64_t channels);
  Layout draw(bool result);
  void fill_gate();

  template <typename F>
  void for_each(F f) const {
    for (int64_t n = 0; n < step.size[0]; ++n) {
      for (int64_t c = 0; c < step.size[1]; ++c) {
        for (int64_t h = 0; h < step.size[2]; ++h) {
          for (int64_t w = 0; w < step.size[3]; ++w) f(n, c, h, w);
        }
      }
    }
  }

  std::mt19937 random_;
  bool uniform_;
  Layout common_;
  Buffer x_, output_, gradient_, noise_, next_, pred_x0_, gate_, outside_;
};

#endif  // HALE_TEST_STEP_CASE_H_
