/** @file
 * The program's own printf family, with the conversions of MSVC: %I64d, %ws, 32-bit %ld, and %s that is wide in a wide
 * format. The macros take calls only; a function's address is that of the C library's.
 */
#ifndef RTAPI_COMPAT_PRINT_H
#define RTAPI_COMPAT_PRINT_H

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#ifdef __cplusplus
#include <cstdio> /* undefines what is defined below */
#include <cwchar>
#else
#include <stdio.h>
#include <wchar.h>
#endif

#include "rtapi_compat/types.h"

static inline int rtapi_compat_vfprintf(FILE* file, const char* format, va_list arguments) {
  char small_text[512];
  char* text = small_text;
  va_list again;
  va_copy(again, arguments);
  const int length = RtssVsnprintf(small_text, sizeof small_text, format, arguments);
  if (length >= (int)sizeof small_text) {
    text = (char*)malloc((size_t)length + 1);
    if (text != NULL) RtssVsnprintf(text, (size_t)length + 1, format, again);
  }
  va_end(again);
  if (length < 0 || text == NULL) return -1;
  const int result = fwrite(text, 1, (size_t)length, file) == (size_t)length ? length : -1;
  if (text != small_text) free(text);
  return result;
}
static inline int rtapi_compat_vprintf(const char* format, va_list arguments) {
  return rtapi_compat_vfprintf(stdout, format, arguments);
}
static inline int rtapi_compat_vsprintf(char* buffer, const char* format, va_list arguments) {
  return RtssVsnprintf(buffer, (size_t)-1, format, arguments);
}
static inline int rtapi_compat_vsnprintf(char* buffer, size_t size, const char* format, va_list arguments) {
  return RtssVsnprintf(buffer, size, format, arguments);
}
/* What does not fit is an error, as C has it. */
static inline int rtapi_compat_vswprintf(wchar_t* buffer, size_t size, const wchar_t* format, va_list arguments) {
  const int length = RtssVsnwprintf(buffer, size, format, arguments);
  return length >= 0 && (size_t)length < size ? length : -1;
}
/* MSVC's own bounded forms fill the buffer to its last character, without a terminator when it does not fit. */
#define RTAPI_COMPAT_BOUNDED(name, unit, print)                                              \
  static inline int name(unit* buffer, size_t size, const unit* format, va_list arguments) { \
    va_list again;                                                                           \
    va_copy(again, arguments);                                                               \
    const int length = print(buffer, buffer == NULL ? 0 : size, format, arguments);          \
    const BOOL fits = buffer == NULL || (length >= 0 && (size_t)length <= size);             \
    if (buffer != NULL && length >= 0 && size != 0 && (size_t)length >= size) {              \
      unit* const text = (unit*)malloc(((size_t)length + 1) * sizeof(unit));                 \
      if (text != NULL && print(text, (size_t)length + 1, format, again) == length)          \
        memcpy(buffer, text, size * sizeof(unit));                                           \
      free(text);                                                                            \
    }                                                                                        \
    va_end(again);                                                                           \
    return fits ? length : -1;                                                               \
  }
RTAPI_COMPAT_BOUNDED(_vsnprintf, char, RtssVsnprintf)
RTAPI_COMPAT_BOUNDED(_vsnwprintf, wchar_t, RtssVsnwprintf)
#undef RTAPI_COMPAT_BOUNDED
/* MSVC's older form, which does not ask for the size. */
static inline int _vswprintf(wchar_t* buffer, const wchar_t* format, va_list arguments) {
  return RtssVsnwprintf(buffer, (size_t)-1, format, arguments);
}

#define RTAPI_COMPAT_FORWARD(result, call) \
  va_list arguments;                       \
  va_start(arguments, format);             \
  const int result = call;                 \
  va_end(arguments);                       \
  return result

static inline int rtapi_compat_printf(const char* format, ...) {
  RTAPI_COMPAT_FORWARD(length, rtapi_compat_vfprintf(stdout, format, arguments));
}
static inline int rtapi_compat_fprintf(FILE* file, const char* format, ...) {
  RTAPI_COMPAT_FORWARD(length, rtapi_compat_vfprintf(file, format, arguments));
}
static inline int rtapi_compat_sprintf(char* buffer, const char* format, ...) {
  RTAPI_COMPAT_FORWARD(length, rtapi_compat_vsprintf(buffer, format, arguments));
}
static inline int rtapi_compat_snprintf(char* buffer, size_t size, const char* format, ...) {
  RTAPI_COMPAT_FORWARD(length, RtssVsnprintf(buffer, size, format, arguments));
}
static inline int rtapi_compat_swprintf(wchar_t* buffer, size_t size, const wchar_t* format, ...) {
  RTAPI_COMPAT_FORWARD(length, rtapi_compat_vswprintf(buffer, size, format, arguments));
}
static inline int _swprintf(wchar_t* buffer, const wchar_t* format, ...) {
  RTAPI_COMPAT_FORWARD(length, _vswprintf(buffer, format, arguments));
}
static inline int _snprintf(char* buffer, size_t size, const char* format, ...) {
  RTAPI_COMPAT_FORWARD(length, _vsnprintf(buffer, size, format, arguments));
}
static inline int _snwprintf(wchar_t* buffer, size_t size, const wchar_t* format, ...) {
  RTAPI_COMPAT_FORWARD(length, _vsnwprintf(buffer, size, format, arguments));
}

/* As bytes of UTF-8: a stream of the C library that has taken wide text takes no narrow text any more. */
static inline int rtapi_compat_vfwprintf(FILE* file, const wchar_t* format, va_list arguments) {
  va_list again;
  va_copy(again, arguments);
  const int length = RtssVsnwprintf(NULL, 0, format, arguments);
  wchar_t* const text = length < 0 ? NULL : (wchar_t*)malloc(((size_t)length + 1) * sizeof(wchar_t));
  int result = -1;
  if (text != NULL && RtssVsnwprintf(text, (size_t)length + 1, format, again) == length &&
      rtapi_compat_fprintf(file, "%ls", text) >= 0) {
    result = length;
  }
  va_end(again);
  free(text);
  return result;
}
static inline int rtapi_compat_vwprintf(const wchar_t* format, va_list arguments) {
  return rtapi_compat_vfwprintf(stdout, format, arguments);
}
static inline int rtapi_compat_fwprintf(FILE* file, const wchar_t* format, ...) {
  RTAPI_COMPAT_FORWARD(length, rtapi_compat_vfwprintf(file, format, arguments));
}
static inline int rtapi_compat_wprintf(const wchar_t* format, ...) {
  RTAPI_COMPAT_FORWARD(length, rtapi_compat_vfwprintf(stdout, format, arguments));
}

#ifdef __cplusplus
extern "C++" {
inline int rtapi_compat_swprintf(wchar_t* buffer, const wchar_t* format, ...) {
  RTAPI_COMPAT_FORWARD(length, _vswprintf(buffer, format, arguments));
}
}
namespace std { /* for std::printf(...) */
using ::rtapi_compat_fprintf;
using ::rtapi_compat_fwprintf;
using ::rtapi_compat_printf;
using ::rtapi_compat_snprintf;
using ::rtapi_compat_sprintf;
using ::rtapi_compat_swprintf;
using ::rtapi_compat_vfprintf;
using ::rtapi_compat_vfwprintf;
using ::rtapi_compat_vprintf;
using ::rtapi_compat_vsnprintf;
using ::rtapi_compat_vsprintf;
using ::rtapi_compat_vswprintf;
using ::rtapi_compat_vwprintf;
using ::rtapi_compat_wprintf;
}  // namespace std
#endif

#define printf(...) rtapi_compat_printf(__VA_ARGS__)
#define fprintf(...) rtapi_compat_fprintf(__VA_ARGS__)
#define sprintf(...) rtapi_compat_sprintf(__VA_ARGS__)
#define snprintf(...) rtapi_compat_snprintf(__VA_ARGS__)
#define vprintf(...) rtapi_compat_vprintf(__VA_ARGS__)
#define vfprintf(...) rtapi_compat_vfprintf(__VA_ARGS__)
#define vsprintf(...) rtapi_compat_vsprintf(__VA_ARGS__)
#define vsnprintf(...) rtapi_compat_vsnprintf(__VA_ARGS__)
#define vswprintf(...) rtapi_compat_vswprintf(__VA_ARGS__)
#define wprintf(...) rtapi_compat_wprintf(__VA_ARGS__)
#define fwprintf(...) rtapi_compat_fwprintf(__VA_ARGS__)
#define vwprintf(...) rtapi_compat_vwprintf(__VA_ARGS__)
#define vfwprintf(...) rtapi_compat_vfwprintf(__VA_ARGS__)
#ifdef __cplusplus
#define swprintf(...) rtapi_compat_swprintf(__VA_ARGS__)
#else
/* The older form has a format as its second argument. */
#define RTAPI_COMPAT_FIRST(first, ...) (first)
#define swprintf(buffer, ...) \
  _Generic(RTAPI_COMPAT_FIRST(__VA_ARGS__, 0),   \
           wchar_t*: _swprintf,                  \
           const wchar_t*: _swprintf,            \
           default: rtapi_compat_swprintf)(buffer, __VA_ARGS__)
#endif

#endif
