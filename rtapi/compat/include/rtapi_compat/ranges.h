/** @file
 * Calls of the C library whose range follows a long or is the library's choice: with the ranges of MSVC, whose long has
 * 32 bits. What does not fit is LONG_MAX, LONG_MIN or ULONG_MAX of 32 bits, and ERANGE. The macros take calls only.
 *
 * RTAPI_MSVCRT, when defined, has numbers printed as msvcrt.dll does: exponents of three digits, 1.#INF and 1.#QNAN.
 * Without it they are those of ucrtbase.dll. One choice for all of a process.
 */
#ifndef RTAPI_COMPAT_RANGES_H
#define RTAPI_COMPAT_RANGES_H

#include <errno.h>
#ifdef __cplusplus
#include <cstdlib> /* undefines what is defined below */
#else
#include <stdlib.h>
#endif

#include "rtapi_compat/types.h"

static inline long rtapi_compat_strtol(const char* text, char** end, int base) {
  const long long number = strtoll(text, end, base);
  if (number == (LONG)number) return (long)number;
  errno = ERANGE;
  return number < 0 ? -0x7fffffffl - 1 : 0x7fffffffl;
}
/* A minus sign wraps around within 32 bits. */
static inline unsigned long rtapi_compat_strtoul(const char* text, char** end, int base) {
  const unsigned long long number = strtoull(text, end, base);
  const unsigned long long size = number >> 63 != 0 ? 0 - number : number;
  if (size <= 0xffffffffu) return (ULONG)number;
  errno = ERANGE;
  return 0xffffffffu;
}
static inline long rtapi_compat_atol(const char* text) { return rtapi_compat_strtol(text, NULL, 10); }

/* Each thread has a sequence of its own, the same on each machine. One state for all files of a process. */
__attribute__((weak)) __thread ULONG rtapi_compat_rand_state = 1;
static inline void rtapi_compat_srand(unsigned seed) { rtapi_compat_rand_state = seed; }
static inline int rtapi_compat_rand(void) {
  rtapi_compat_rand_state = rtapi_compat_rand_state * 214013u + 2531011u;
  return (int)(rtapi_compat_rand_state >> 16 & 0x7fffu);
}
#undef RAND_MAX
#define RAND_MAX 0x7fff

#ifdef RTAPI_MSVCRT
__attribute__((constructor)) static void rtapi_compat_msvcrt(void) { RtssPrintAsMsvcrt(TRUE); }
#endif

#ifdef __cplusplus
namespace std { /* for std::rand() */
using ::rtapi_compat_atol;
using ::rtapi_compat_rand;
using ::rtapi_compat_srand;
using ::rtapi_compat_strtol;
using ::rtapi_compat_strtoul;
}  // namespace std
#endif

#define strtol(text, end, base) rtapi_compat_strtol(text, end, base)
#define strtoul(text, end, base) rtapi_compat_strtoul(text, end, base)
#define atol(text) rtapi_compat_atol(text)
#define srand(seed) rtapi_compat_srand(seed)
#define rand() rtapi_compat_rand()

#endif
