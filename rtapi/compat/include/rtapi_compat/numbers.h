/** @file
 * Numbers of MSVC's library: as text in any base, and its names for what math.h has. `long` has 32 bits in its names.
 */
#ifndef RTAPI_COMPAT_NUMBERS_H
#define RTAPI_COMPAT_NUMBERS_H

#include <errno.h>
#ifdef __cplusplus
#include <cmath> /* undefines isnan and its kin */
#else
#include <math.h>
#endif
#include <stdlib.h>
#include <string.h>

#include "rtapi_compat/types.h"

typedef int errno_t;

#define __max(left, right) (((left) > (right)) ? (left) : (right))
#define __min(left, right) (((left) < (right)) ? (left) : (right))
#define _isnan(number) __builtin_isnan(number)
#define _finite(number) __builtin_isfinite(number)
#define _copysign copysign
#define _hypot hypot

/* Bases 2 to 36; what does not fit is ERANGE and an empty text. Only base 10 has a sign, as in MSVC. */
#define RTAPI_COMPAT_DIGITS(name, unit)                                                             \
  static inline errno_t name(ULONGLONG value, int negative, unit* buffer, size_t size, int radix) { \
    unit reversed[66];                                                                              \
    size_t length = 0;                                                                              \
    if (buffer == NULL || size == 0) return errno = EINVAL;                                         \
    buffer[0] = 0;                                                                                  \
    if (radix < 2 || radix > 36) return errno = EINVAL;                                             \
    do {                                                                                            \
      reversed[length++] = (unit) "0123456789abcdefghijklmnopqrstuvwxyz"[value % (ULONGLONG)radix]; \
      value /= (ULONGLONG)radix;                                                                    \
    } while (value != 0);                                                                           \
    if (negative) reversed[length++] = '-';                                                         \
    if (length >= size) return errno = ERANGE;                                                      \
    for (size_t i = 0; i < length; ++i) buffer[i] = reversed[length - 1 - i];                       \
    buffer[length] = 0;                                                                             \
    return 0;                                                                                       \
  }
RTAPI_COMPAT_DIGITS(rtapi_compat_digits, char)
RTAPI_COMPAT_DIGITS(rtapi_compat_wide_digits, WCHAR)
#undef RTAPI_COMPAT_DIGITS

#define RTAPI_COMPAT_SIGNED(name, digits, type, bits, unit)                                                 \
  static inline errno_t name##_s(type value, unit* buffer, size_t size, int radix) {                        \
    const int negative = radix == 10 && value < 0;                                                          \
    return digits(negative ? 0 - (ULONGLONG)value : (ULONGLONG)(bits)value, negative, buffer, size, radix); \
  }                                                                                                         \
  static inline unit* name(type value, unit* buffer, int radix) {                                           \
    name##_s(value, buffer, 66, radix);                                                                     \
    return buffer;                                                                                          \
  }
#define RTAPI_COMPAT_UNSIGNED(name, digits, type, unit)                              \
  static inline errno_t name##_s(type value, unit* buffer, size_t size, int radix) { \
    return digits(value, 0, buffer, size, radix);                                    \
  }                                                                                  \
  static inline unit* name(type value, unit* buffer, int radix) {                    \
    name##_s(value, buffer, 66, radix);                                              \
    return buffer;                                                                   \
  }
RTAPI_COMPAT_SIGNED(_itoa, rtapi_compat_digits, int, UINT, char)
RTAPI_COMPAT_SIGNED(_ltoa, rtapi_compat_digits, LONG, ULONG, char)
RTAPI_COMPAT_SIGNED(_i64toa, rtapi_compat_digits, LONGLONG, ULONGLONG, char)
RTAPI_COMPAT_UNSIGNED(_ultoa, rtapi_compat_digits, ULONG, char)
RTAPI_COMPAT_UNSIGNED(_ui64toa, rtapi_compat_digits, ULONGLONG, char)
RTAPI_COMPAT_SIGNED(_itow, rtapi_compat_wide_digits, int, UINT, WCHAR)
RTAPI_COMPAT_SIGNED(_ltow, rtapi_compat_wide_digits, LONG, ULONG, WCHAR)
RTAPI_COMPAT_SIGNED(_i64tow, rtapi_compat_wide_digits, LONGLONG, ULONGLONG, WCHAR)
RTAPI_COMPAT_UNSIGNED(_ultow, rtapi_compat_wide_digits, ULONG, WCHAR)
RTAPI_COMPAT_UNSIGNED(_ui64tow, rtapi_compat_wide_digits, ULONGLONG, WCHAR)
#undef RTAPI_COMPAT_SIGNED
#undef RTAPI_COMPAT_UNSIGNED
#define itoa _itoa
#define ltoa _ltoa

static inline long long _atoi64(const char* text) { return strtoll(text, NULL, 10); }
static inline long long _strtoi64(const char* text, char** end, int base) { return strtoll(text, end, base); }
static inline unsigned long long _strtoui64(const char* text, char** end, int base) {
  return strtoull(text, end, base);
}

/* Macros in C; in C++ templates, which leave std::min and the standard's headers alone. NOMINMAX as on Windows. */
#ifndef NOMINMAX
#ifdef __cplusplus
extern "C++" {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsign-compare"
template <typename Left, typename Right>
constexpr auto min(const Left& left, const Right& right) -> decltype(true ? left : right) {
  return left < right ? left : right;
}
template <typename Left, typename Right>
constexpr auto max(const Left& left, const Right& right) -> decltype(true ? left : right) {
  return left > right ? left : right;
}
#pragma GCC diagnostic pop
}
#else
#ifndef min
#define min(left, right) (((left) < (right)) ? (left) : (right))
#endif
#ifndef max
#define max(left, right) (((left) > (right)) ? (left) : (right))
#endif
#endif
#endif

#ifdef __cplusplus
/* 10i64 and 10ui64. In C, write 10LL. */
extern "C++" {
#pragma GCC diagnostic push
#ifdef __clang__
#pragma GCC diagnostic ignored "-Wuser-defined-literals"
#else
#pragma GCC diagnostic ignored "-Wliteral-suffix"
#endif
constexpr LONGLONG operator"" i64(unsigned long long value) { return static_cast<LONGLONG>(value); }
constexpr ULONGLONG operator"" ui64(unsigned long long value) { return value; }
constexpr LONGLONG operator"" I64(unsigned long long value) { return static_cast<LONGLONG>(value); }
constexpr ULONGLONG operator"" UI64(unsigned long long value) { return value; }
#pragma GCC diagnostic pop
}
#endif

#endif
