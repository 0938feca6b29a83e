// The CPU's preparation of slices, with every instruction set of this processor and several numbers
// of threads, against double precision; and what must be right to the bit.
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "check.h"
#include "slices_case.h"
#include "slices_formula.h"

namespace {

int slices_equal_their_twin(const char* isa, unsigned cases) {
  for (unsigned seed = 0; seed < cases; ++seed) {
    SlicesCase test(seed);
    for (int threads : {1, 3}) {
      test.reset();
      hale_prepare_slices(&test.slices, threads);
      const std::string error = test.verify();
      CHECK(error.empty(), "%s, seed %u, %d threads: %s", isa, seed, threads, error.c_str());
    }
  }
  return 0;
}

uint32_t bits_of(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

// One image of one channel, a row of any length, of which -1 and 1 stay what they are.
hale_slices row_of(std::vector<float>& x, void* out, const hale_intensity* identity) {
  const int64_t size = static_cast<int64_t>(x.size());
  hale_slices slices = {};
  slices.size[0] = slices.size[1] = slices.size[2] = slices.padded[0] = 1;
  slices.size[3] = slices.padded[1] = size;
  slices.x = {x.data(), {size, size, size, 1}};
  slices.out = {out, {size, size, size, 1}};
  slices.intensities = identity;
  return slices;
}

int what_is_in_range_already_keeps_its_bits(const char* isa) {
  const double lower = -1, upper = 1;
  hale_intensity identity;
  hale_intensities(&lower, &upper, 1, &identity);
  std::vector<float> x = {-1, -0.0f, 0.0f, 1, 1e-45f, -1e-45f, 1e-38f, -0x1.fffffep-1f, 0x1p-30f};
  std::mt19937 random(3);
  while (x.size() < 1001) x.push_back(static_cast<float>(random()) / 2147483648.0f - 1);
  std::vector<float> out(x.size());
  hale_slices slices = row_of(x, out.data(), &identity);
  hale_prepare_slices(&slices, 1);
  for (size_t i = 0; i < x.size(); ++i) {
    CHECK(bits_of(x[i]) == bits_of(out[i]), "%s: %a becomes %a", isa, x[i], out[i]);
  }
  return 0;
}

int bfloat16_rounds_to_nearest_even(const char* isa) {
  const double lower = -1, upper = 1;
  hale_intensity identity;
  hale_intensities(&lower, &upper, 1, &identity);
  struct Pair {
    uint32_t from;
    uint16_t to;
  };
  const Pair pairs[] = {{0x3F000000, 0x3F00}, {0x3F007FFF, 0x3F00}, {0x3F008000, 0x3F00},
                        {0x3F008001, 0x3F01}, {0x3F018000, 0x3F02}, {0x3F017FFF, 0x3F01},
                        {0xBF018000, 0xBF02}, {0xBF7FFFFF, 0xBF80}, {0x80000000, 0x8000},
                        {0x00000001, 0x0000}, {0x7F800000, 0x3F80}, {0xFF800000, 0xBF80},
                        {0x7F800001, 0x7FC0}, {0x7FC00000, 0x7FC0}, {0xFFC00001, 0xFFC0}};
  for (int copies : {1, 5}) {  // single elements, and whole vectors
    std::vector<float> x;
    for (int i = 0; i < copies; ++i) {
      for (const Pair& pair : pairs) {
        float value;
        std::memcpy(&value, &pair.from, sizeof value);
        x.push_back(value);
      }
    }
    std::vector<uint16_t> out(x.size());
    hale_slices slices = row_of(x, out.data(), &identity);
    slices.bfloat16 = 1;
    hale_prepare_slices(&slices, 1);
    for (size_t i = 0; i < x.size(); ++i) {
      const Pair& pair = pairs[i % (sizeof pairs / sizeof pairs[0])];
      CHECK(out[i] == pair.to, "%s: %08x becomes %04x", isa, pair.from, out[i]);
    }
  }
  return 0;
}

int an_odd_difference_leaves_more_after() {
  CHECK(hale_padding_before(3, 8) == 2, "5 around 3");
  CHECK(hale_padding_before(240, 256) == 8, "16 around 240");
  CHECK(hale_padding_before(7, 7) == 0, "none");
  return 0;
}

int empty_slices_are_all_padding() {
  for (int axis = 0; axis < 4; ++axis) {
    std::vector<float> out(81, 7.0f);
    hale_intensity identity[9] = {};
    hale_slices slices = {};
    for (int64_t& size : slices.size) size = 3;
    slices.size[axis] = 0;
    slices.padded[0] = slices.padded[1] = 3;
    slices.out = {out.data(), {27, 9, 3, 1}};
    slices.intensities = identity;
    hale_prepare_slices(&slices, 2);
    for (float value : out) CHECK(value == (axis < 2 ? 7.0f : -1.0f), "axis %d: %g", axis, value);
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  const unsigned cases = count > 1 ? static_cast<unsigned>(std::atoi(arguments[1])) : 200;
  an_odd_difference_leaves_more_after();
  for (const char* isa : {"baseline", "avx2", "avx512"}) {
    if (hale_force_isa(isa) != 0) continue;
    slices_equal_their_twin(isa, cases);
    what_is_in_range_already_keeps_its_bits(isa);
    bfloat16_rounds_to_nearest_even(isa);
    empty_slices_are_all_padding();
  }
  return failures;
}
