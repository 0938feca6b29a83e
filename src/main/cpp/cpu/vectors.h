// The operands that the CPU's kernels give to the formulas: many numbers in the place of one.
#ifndef HALE_CPU_VECTORS_H_
#define HALE_CPU_VECTORS_H_

#include "../hale_math.h"

// HALE_LANES floats at once, for the instruction set that the file is being compiled for.
typedef float Lanes __attribute__((vector_size(HALE_LANES * sizeof(float))));
template <>
struct hale_bits_of<Lanes> {
  typedef uint32_t type __attribute__((vector_size(HALE_LANES * sizeof(float))));
};

namespace {

// Four vectors side by side. Where a formula is one long chain, a processor that is given its
// vectors one by one has to look far ahead for something to do; here each operation is done to all
// four before the next one. Four is what fits into the 16 registers of AVX2. They are members
// rather than an array: compilers keep them in registers.
template <typename V>
struct Four {
  V a, b, c, d;
};
typedef Four<Lanes> Several;

template <typename V, typename Operation, typename... Operands>
HALE_HD Four<V> each(const Operation& operation, const Operands&... x) {
  return {operation(x.a...), operation(x.b...), operation(x.c...), operation(x.d...)};
}

HALE_HD Several operator-(const Several& x) {
  return each<Lanes>([](Lanes v) { return -v; }, x);
}
HALE_HD Several operator+(const Several& x, const Several& y) {
  return each<Lanes>([](Lanes v, Lanes w) { return v + w; }, x, y);
}
HALE_HD Several operator-(const Several& x, const Several& y) {
  return each<Lanes>([](Lanes v, Lanes w) { return v - w; }, x, y);
}
HALE_HD Several operator*(const Several& x, const Several& y) {
  return each<Lanes>([](Lanes v, Lanes w) { return v * w; }, x, y);
}
HALE_HD Several operator/(const Several& x, const Several& y) {
  return each<Lanes>([](Lanes v, Lanes w) { return v / w; }, x, y);
}
HALE_HD Several operator+(const Several& x, float y) {
  return each<Lanes>([y](Lanes v) { return v + y; }, x);
}
HALE_HD Several operator+(float x, const Several& y) { return y + x; }
HALE_HD Several operator-(float x, const Several& y) {
  return each<Lanes>([x](Lanes v) { return x - v; }, y);
}
HALE_HD Several& operator+=(Several& x, const Several& y) { return x = x + y; }
HALE_HD Several operator-(const Several& x, float y) {
  return each<Lanes>([y](Lanes v) { return v - y; }, x);
}

typedef hale_bits_of<Lanes>::type Bits;
HALE_HD Four<Bits> operator+(const Four<Bits>& x, uint32_t y) {
  return each<Bits>([y](Bits v) { return v + y; }, x);
}
HALE_HD Four<Bits> operator<<(const Four<Bits>& x, int y) {
  return each<Bits>([y](Bits v) { return v << y; }, x);
}

}  // namespace

template <>
struct hale_bits_of<Several> {
  typedef Four<Bits> type;
};

template <>
inline __attribute__((always_inline)) Several hale_fma<Several>(Several x, Several y, Several z) {
  return each<Lanes>([](Lanes u, Lanes v, Lanes w) { return hale_fma<Lanes>(u, v, w); }, x, y, z);
}

template <>
inline __attribute__((always_inline)) Several hale_clamp<Several>(Several x, Several least,
                                                                  Several most) {
  return each<Lanes>([](Lanes u, Lanes v, Lanes w) { return hale_clamp<Lanes>(u, v, w); }, x, least,
                     most);
}

#endif  // HALE_CPU_VECTORS_H_
