// Random slices with masks and intensities, and what images must come of them, in double precision
// from the definition.
#ifndef HALE_TEST_SLICES_CASE_H_
#define HALE_TEST_SLICES_CASE_H_

#include <string>
#include <vector>

#include "random_tensor.h"

class SlicesCase {
 public:
  explicit SlicesCase(unsigned seed);
  void reset();
  std::string verify() const;
  hale_slices slices = {};

 private:
  double wanted(int64_t n, int64_t c, int64_t row, int64_t column) const;

  std::mt19937 random_;
  RandomTensor x_, mask_, out_;
  std::vector<double> lower_, upper_;
  std::vector<hale_intensity> intensities_;
};

#endif  // HALE_TEST_SLICES_CASE_H_
