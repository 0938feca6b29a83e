// A random group normalisation and what must come of it, in double precision from the definition.
#ifndef HALE_TEST_NORM_CASE_H_
#define HALE_TEST_NORM_CASE_H_

#include <string>
#include <vector>

#include "random_tensor.h"

class NormCase {
 public:
  // `large` cases have several parts and more channels; the others are small enough for anything.
  explicit NormCase(unsigned seed, bool large = false);

  // Puts x and y back to what they were.
  void reset();

  // Empty if y is right, or what is wrong with it.
  std::string verify() const;

  // In double precision:
  struct Group {
    double count, mean, inverse;  // 1 / standard deviation
  };
  Group group(int64_t n, int64_t first) const;              // which begins at that channel
  double x(int64_t n, int64_t c, int64_t pixel) const;      // with what is added to it
  double terms(int64_t n, int64_t c, int64_t pixel) const;  // how large the numbers that make up x
  double weight(int64_t n, int64_t c) const;
  double bias(int64_t n, int64_t c) const;
  double more(int64_t n, int64_t c) const;                  // 1 + scale
  double gain(int64_t n, int64_t c) const;                  // of the normalised x
  double offset(int64_t n, int64_t c) const;
  double offset_terms(int64_t n, int64_t c) const;

  hale_group_norm norm = {};

 private:
  std::mt19937 random_;
  bool in_place_;
  RandomTensor x_, y_, weight_, bias_, added_, scale_, shift_;
  std::vector<double> before_;
  std::vector<char> workspace_;
};

#endif  // HALE_TEST_NORM_CASE_H_
