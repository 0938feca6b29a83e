// Random maps with masks, and what histograms, ranks and thresholds must come of them: by sorting
// and by the edges, one value at a time.
#ifndef HALE_TEST_MAPS_CASE_H_
#define HALE_TEST_MAPS_CASE_H_

#include <string>
#include <vector>

#include "random_tensor.h"

class MapsCase {
 public:
  explicit MapsCase(unsigned seed);
  void reset();

  // What must be called, in this order, between reset() and verify():
  //   ranges, histograms (with these ranges and kBins), select (with ranks), threshold.
  std::string verify() const;

  static constexpr int64_t kBins = 256;

  hale_maps maps = {};
  std::vector<hale_range> ranges;
  std::vector<int64_t> counts, ranks;
  std::vector<float> selected;
  std::vector<double> thresholds;
  std::vector<char> workspace;
  hale_bytes out = {};

 private:
  std::mt19937 random_;
  RandomTensor values_, mask_, out_;
  std::vector<std::vector<float>> sorted_;  // of each map, inside its mask
};

#endif  // HALE_TEST_MAPS_CASE_H_
