// Random calls of the attribution kernels and what must come of them, in double precision from the
// definitions. Each has reset(), which puts results back, and verify(), which is empty if they are
// right, or says what is wrong.
#ifndef HALE_TEST_ATTRIBUTION_CASE_H_
#define HALE_TEST_ATTRIBUTION_CASE_H_

#include <string>
#include <vector>

#include "random_tensor.h"

class PathCase {
 public:
  explicit PathCase(unsigned seed);
  void reset();
  std::string verify() const;
  hale_path path = {};

 private:
  std::mt19937 random_;
  RandomTensor x_, baseline_, out_;
  std::vector<float> alpha_;
};

class AccumulationCase {
 public:
  explicit AccumulationCase(unsigned seed);
  void reset();
  std::string verify() const;
  hale_accumulation accumulation = {};

 private:
  std::mt19937 random_;
  RandomTensor gradient_, x_, baseline_, sum_;
  bool into_one_;
  std::vector<float> weight_;
  std::vector<double> before_;
};

class ConstraintCase {
 public:
  explicit ConstraintCase(unsigned seed);
  void reset();
  std::string verify() const;
  hale_constraint constraint = {};

 private:
  std::mt19937 random_;
  RandomTensor attribution_, mask_, derivative_;
  std::vector<double> value_;
  std::vector<char> workspace_;
};

class AttributionMapCase {
 public:
  explicit AttributionMapCase(unsigned seed);
  void reset();
  std::string verify() const;
  hale_attribution_map map = {};

 private:
  std::mt19937 random_;
  RandomTensor attribution_, mask_, map_;
  std::vector<char> workspace_;
};

#endif  // HALE_TEST_ATTRIBUTION_CASE_H_
