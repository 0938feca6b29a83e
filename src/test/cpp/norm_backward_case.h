// A random derivative of a group normalisation and what must come of it, in double precision.
#ifndef HALE_TEST_NORM_BACKWARD_CASE_H_
#define HALE_TEST_NORM_BACKWARD_CASE_H_

#include "norm_case.h"

class NormBackwardCase {
 public:
  // As for NormCase.
  explicit NormBackwardCase(unsigned seed, bool large = false);

  // Puts by_y and by_x back to what they were.
  void reset();

  // Empty if by_x and by_parameters are right, or what is wrong with them.
  std::string verify() const;

  hale_group_norm_backward backward = {};

 private:
  std::mt19937 random_;
  NormCase forward_;
  bool in_place_;
  RandomTensor by_y_, by_x_;
  std::vector<double> before_;
  std::vector<float> by_parameters_;
  std::vector<char> norm_workspace_, workspace_;
};

#endif  // HALE_TEST_NORM_BACKWARD_CASE_H_
