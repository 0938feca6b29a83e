// Several vectors side by side as one operand of a formula. Where a formula is one long chain, a
// processor that is given its vectors one by one has to look far ahead for something to do; here
// each operation is done to all of them before the next one.
#ifndef HALE_CPU_SEVERAL_H_
#define HALE_CPU_SEVERAL_H_

#include "../hale_math.h"

namespace {

// Four, which is what fits into the 16 registers of AVX2. Members rather than an array: compilers
// keep them in registers.
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

typedef hale_bits_of<Lanes>::type LaneBits;
HALE_HD Four<LaneBits> operator+(const Four<LaneBits>& x, uint32_t y) {
  return each<LaneBits>([y](LaneBits v) { return v + y; }, x);
}
HALE_HD Four<LaneBits> operator<<(const Four<LaneBits>& x, int y) {
  return each<LaneBits>([y](LaneBits v) { return v << y; }, x);
}

}  // namespace

template <>
struct hale_bits_of<Several> {
  typedef Four<LaneBits> type;
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

#endif  // HALE_CPU_SEVERAL_H_
