// What every CPU kernel's file begins with. Such a file is compiled once per instruction set, into
// a namespace named by HALE_ISA. Everything but its entry points has internal linkage, and no
// template of the standard library is used: the linker keeps one copy of a shared inline function,
// perhaps the one with AVX-512 in it.
#ifndef HALE_CPU_LANES_H_
#define HALE_CPU_LANES_H_

#include "vectors.h"

#ifdef __SANITIZE_THREAD__
#include <thread>
#include <vector>
#endif

namespace hale {
namespace HALE_ISA {
namespace {

constexpr int64_t kLanes = HALE_LANES;
constexpr int64_t kTile = 2048;             // elements; eight such buffers fill 64 KiB of stack
constexpr int64_t kWorthAThread = 1 << 15;  // elements

// Of an element in memory, float32 or bfloat16; or of an operand, one number or lanes of them.
template <typename T>
constexpr bool kIsFloat = sizeof(T) == sizeof(float);

template <typename F>
inline F load(const float* from) {
  F value;
  __builtin_memcpy(&value, from, sizeof value);
  return value;
}

template <typename F>
inline void store(float* to, F value) {
  __builtin_memcpy(to, &value, sizeof value);
}

// Several at once are loaded and stored vector by vector: copied whole, they go through memory.
template <>
inline Several load<Several>(const float* from) {
  return {load<Lanes>(from), load<Lanes>(from + kLanes), load<Lanes>(from + 2 * kLanes),
          load<Lanes>(from + 3 * kLanes)};
}

inline void store(float* to, const Several& value) {
  store(to, value.a);
  store(to + kLanes, value.b);
  store(to + 2 * kLanes, value.c);
  store(to + 3 * kLanes, value.d);
}

// bfloat16 numbers are floats between load and store: hale_from_bfloat16 and hale_to_bfloat16, lane
// by lane.
typedef uint16_t Halves __attribute__((vector_size(HALE_LANES * sizeof(uint16_t))));

#ifdef __AVX512F__  // where the compiler's own conversion takes vectors to pieces
inline Bits widen(Halves h) { return Bits(_mm512_maskz_cvtepu16_epi32(0xFFFF, __m256i(h))); }
inline Halves narrow(Bits b) { return Halves(_mm512_maskz_cvtepi32_epi16(0xFFFF, __m512i(b))); }
#else
inline Bits widen(Halves h) { return __builtin_convertvector(h, Bits); }
inline Halves narrow(Bits b) { return __builtin_convertvector(b, Halves); }
#endif

template <typename F>
inline F load(const uint16_t* from) {
  if constexpr (kIsFloat<F>) {
    return hale_from_bfloat16(*from);
  } else {
    Halves halves;
    __builtin_memcpy(&halves, from, sizeof halves);
    return F(widen(halves) << 16);
  }
}

template <>
inline Several load<Several>(const uint16_t* from) {
  return {load<Lanes>(from), load<Lanes>(from + kLanes), load<Lanes>(from + 2 * kLanes),
          load<Lanes>(from + 3 * kLanes)};
}

template <typename F>
inline void store(uint16_t* to, F value) {
  if constexpr (kIsFloat<F>) {
    *to = hale_to_bfloat16(value);
  } else {
    const Bits bits = Bits(value), upper = bits >> 16;
    const Bits rounded = (bits + 0x7FFFu + (upper & 1u)) >> 16, quiet = upper | 0x40u;
    const Halves halves = narrow((bits & 0x7FFFFFFFu) > 0x7F800000u ? quiet : rounded);
    __builtin_memcpy(to, &halves, sizeof halves);
  }
}

// Takes the elements from 0 to size, as many at a time as an operand F holds: body(F{}, i) is
// called for those from i on. F is Several where formulas are long chains, then Lanes, then, for
// what is left, float.
template <bool kChain, typename Body>
inline void for_elements(int64_t size, const Body& body) {
  int64_t i = 0;
  if constexpr (kChain) {
    for (; i + 4 * kLanes <= size; i += 4 * kLanes) body(Several{}, i);
  }
  for (; i + kLanes <= size; i += kLanes) body(Lanes{}, i);
  for (; i < size; ++i) body(float{}, i);
}

inline void pack(const float* from, uint16_t* to, int64_t size) {
  for_elements<false>(size, [=](auto f, int64_t i) { store(to + i, load<decltype(f)>(from + i)); });
}

inline int64_t smaller(int64_t a, int64_t b) { return a < b ? a : b; }
inline int64_t larger(int64_t a, int64_t b) { return a > b ? a : b; }

inline void swap(int64_t& a, int64_t& b) {
  const int64_t old = a;
  a = b;
  b = old;
}

// How many threads to use for so many jobs of so many elements in all.
inline int team_for(int threads, int64_t jobs, int64_t elements) {
  const int64_t useful = smaller(jobs, (elements + kWorthAThread - 1) / kWorthAThread);
  return static_cast<int>(smaller(threads < 1 ? 1 : threads, larger(useful, 1)));
}

// Calls job(0) to job(jobs - 1), in no order, on `team` threads. The thread sanitizer does not know
// OpenMP's barriers: for it, the very jobs run on threads that it does know.
template <typename Job>
void parallel(int team, int64_t jobs, const Job& job) {
#ifdef __SANITIZE_THREAD__
  std::vector<std::thread> threads;
  for (int t = 0; t < team; ++t) {
    threads.emplace_back([=, &job] {
      for (int64_t i = t * jobs / team; i < (t + 1) * jobs / team; ++i) job(i);
    });
  }
  for (std::thread& thread : threads) thread.join();
#else
#pragma omp parallel for schedule(static) num_threads(team) if (team > 1)
  for (int64_t i = 0; i < jobs; ++i) job(i);
  (void)team;  // unused in a build without OpenMP
#endif
}

// Sums that come out the same for every instruction set: 16 of them side by side, element i going
// to number i % 16, whatever the width of the lanes.
struct Sums {
  static constexpr int64_t kWide = 16, kVectors = kWide / kLanes;
  Lanes at[kVectors] = {};

  double total() const {
    float all[kWide];
    __builtin_memcpy(all, at, sizeof all);
    for (int64_t half = kWide / 2; half > 0; half /= 2) {
      for (int64_t i = 0; i < half; ++i) all[i] += all[i + half];
    }
    return all[0];
  }
};

}  // namespace
}  // namespace HALE_ISA
}  // namespace hale

#endif  // HALE_CPU_LANES_H_
