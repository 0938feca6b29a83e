// A random denoising step and what must come of it, computed in double precision straight from the
// equations. Each tensor has a heap block of its own that ends where its last element ends, so that
// the address sanitizer sees a kernel that reads or writes one element too far.
#ifndef HALE_TEST_STEP_CASE_H_
#define HALE_TEST_STEP_CASE_H_

#include <cstdint>
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

  // Puts the results back to what they were before the step.
  void reset();

  hale_step step = {};
  hale_step_coefficients k = {};

 private:
  Buffer make(Layout layout, int64_t channels);
  Layout draw(bool result);

  std::mt19937 random_;
  bool uniform_;
  Layout common_;
  Buffer x_, output_, gradient_, noise_, reference_, next_, pred_x0_, map_;
  std::vector<float> map_before_;
};

#endif  // HALE_TEST_STEP_CASE_H_
