// Histograms of maps, for thresholds.
//
// For Otsu's threshold (1979) the bins are those of dev.hale.evaluation.Thresholds, which are
// scikit-image's: of equal width in double precision, half open but for the last, and settled by
// the edges themselves rather than by how a division happens to round.
//
// For a percentile, values are selected exactly: the bits of a float, with the sign turned around,
// are an integer that is ordered as the floats are. Three histograms of its digits, of 11, 11 and
// 10 bits from the top, each over the values that share the digits found before, lead to the one
// of a given rank, with 2048 counters and without sorting anything.
#ifndef HALE_HISTOGRAM_FORMULA_H_
#define HALE_HISTOGRAM_FORMULA_H_

#include "hale.h"
#include "hale_math.h"

#define HALE_DIGITS 2048
#define HALE_DIGIT_PASSES 3

// a + b c in two roundings, on the GPU too: the edges are to be the CPU's to the last bit.
HALE_HD double hale_add_product(double a, double b, double c) {
#ifdef __CUDA_ARCH__
  return __dadd_rn(a, __dmul_rn(b, c));
#else
  return a + b * c;
#endif
}

HALE_HD double hale_bin_edge(double low, double high, int64_t bins, int64_t edge) {
  const double width = (high - low) / static_cast<double>(bins);
  return edge == bins ? high : hale_add_product(low, static_cast<double>(edge), width);
}

// The bin of a value in [low, high], low < high.
HALE_HD int64_t hale_bin_of(double value, double low, double high, int64_t bins) {
  int64_t bin = static_cast<int64_t>((value - low) / (high - low) * static_cast<double>(bins));
  if (bin > bins - 1) bin = bins - 1;
  if (value < hale_bin_edge(low, high, bins, bin)) return bin - 1;
  if (bin < bins - 1 && value >= hale_bin_edge(low, high, bins, bin + 1)) return bin + 1;
  return bin;
}

// An integer that is ordered as the floats are; -0 and 0 are the same.
HALE_HD uint32_t hale_key_of(float value) {
  uint32_t bits;
#ifdef __CUDA_ARCH__
  bits = __float_as_uint(value + 0.0f);
#else
  value += 0.0f;
  __builtin_memcpy(&bits, &value, sizeof bits);
#endif
  return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

HALE_HD float hale_value_of(uint32_t key) {
  const uint32_t bits = key & 0x80000000u ? key & 0x7FFFFFFFu : ~key;
#ifdef __CUDA_ARCH__
  return __uint_as_float(bits);
#else
  float value;
  __builtin_memcpy(&value, &bits, sizeof value);
  return value;
#endif
}

// How far digit `pass` is shifted up in a key.
HALE_HD int hale_digit_shift(int pass) { return pass == 0 ? 21 : pass == 1 ? 10 : 0; }

// The digit of a key in `pass`, or -1 if its upper digits are not those of `prefix`.
HALE_HD int hale_digit_of(uint32_t key, uint32_t prefix, int pass) {
  const int shift = hale_digit_shift(pass);
  if (pass > 0) {
    const int above = hale_digit_shift(pass - 1);
    if (key >> above != prefix >> above) return -1;
  }
  return static_cast<int>((key >> shift) & (pass == 2 ? 1023u : 2047u));
}

// Where a selection stands: the digits found so far, and the rank among the values that share them.
typedef struct hale_selection {
  uint32_t prefix;
  int64_t rank;
} hale_selection;

// Goes through the counters from `digit` on; the rank is among those from there on.
HALE_HD hale_selection hale_select_digit(const int64_t* counts, hale_selection s, int pass,
                                         uint32_t digit) {
  while (digit < HALE_DIGITS - 1 && s.rank >= counts[digit]) s.rank -= counts[digit++];
  s.prefix |= digit << hale_digit_shift(pass);
  return s;
}

#endif  // HALE_HISTOGRAM_FORMULA_H_
