// The whole test harness: a failed check says where and why, and the program's status counts them.
#ifndef HALE_TEST_CHECK_H_
#define HALE_TEST_CHECK_H_

#include <cstdio>

inline int failures = 0;

#define CHECK(condition, ...)                                              \
  do {                                                                     \
    if (!(condition)) {                                                    \
      std::fprintf(stderr, "%s:%d: %s: ", __FILE__, __LINE__, #condition); \
      std::fprintf(stderr, __VA_ARGS__);                                   \
      std::fputc('\n', stderr);                                            \
      if (++failures >= 10) return failures;                               \
    }                                                                      \
  } while (false)

#endif  // HALE_TEST_CHECK_H_
