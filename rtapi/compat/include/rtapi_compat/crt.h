/** @file
 * The bounded C run-time functions of MSVC. Where those call the invalid-parameter handler, these return EINVAL or
 * ERANGE, set errno to it and leave an empty string.
 */
#ifndef RTAPI_COMPAT_CRT_H
#define RTAPI_COMPAT_CRT_H

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "rtapi_compat/files.h"
#include "rtapi_compat/print.h"
#include "rtapi_compat/scan.h"
#include "rtapi_compat/types.h"
#include "rtapi_compat/wide.h"

typedef int errno_t;
#define _TRUNCATE ((size_t)-1)

#define STRUNCATE 80 /* text was cut, as _TRUNCATE allows */

static inline errno_t rtapi_compat_failed(errno_t error) {
  errno = error;
  return error;
}

#define RTAPI_COMPAT_COPY(name, unit, length_of)                                   \
  static inline errno_t name(unit* destination, size_t size, const unit* source) { \
    if (destination == NULL || size == 0) return rtapi_compat_failed(EINVAL);      \
    destination[0] = 0;                                                            \
    if (source == NULL) return rtapi_compat_failed(EINVAL);                        \
    const size_t length = length_of(source);                                       \
    if (length >= size) return rtapi_compat_failed(ERANGE);                        \
    memcpy(destination, source, (length + 1) * sizeof(unit));                      \
    return 0;                                                                      \
  }
RTAPI_COMPAT_COPY(strcpy_s, char, strlen)
RTAPI_COMPAT_COPY(wcscpy_s, wchar_t, wcslen)
#undef RTAPI_COMPAT_COPY

#define RTAPI_COMPAT_APPEND(name, unit, copy, length_within)                       \
  static inline errno_t name(unit* destination, size_t size, const unit* source) { \
    if (destination == NULL || size == 0) return rtapi_compat_failed(EINVAL);      \
    const size_t used = length_within(destination, size);                          \
    if (used == size || source == NULL) {                                          \
      destination[0] = 0;                                                          \
      return rtapi_compat_failed(EINVAL);                                          \
    }                                                                              \
    const errno_t failed = copy(destination + used, size - used, source);          \
    if (failed != 0) destination[0] = 0;                                           \
    return failed;                                                                 \
  }
RTAPI_COMPAT_APPEND(strcat_s, char, strcpy_s, strnlen)
RTAPI_COMPAT_APPEND(wcscat_s, wchar_t, wcscpy_s, wcsnlen)
#undef RTAPI_COMPAT_APPEND

#define RTAPI_COMPAT_COPY_MOST(name, unit, length_within)                                        \
  static inline errno_t name(unit* destination, size_t size, const unit* source, size_t count) { \
    if (count == 0 && destination == NULL && size == 0) return 0;                                \
    if (destination == NULL || size == 0) return rtapi_compat_failed(EINVAL);                    \
    destination[0] = 0;                                                                          \
    if (count == 0) return 0;                                                                    \
    if (source == NULL) return rtapi_compat_failed(EINVAL);                                      \
    size_t length = length_within(source, count < size ? count : size);                          \
    const BOOL is_cut = length == size;                                                          \
    if (is_cut && count != _TRUNCATE) return rtapi_compat_failed(ERANGE);                        \
    if (is_cut) --length;                                                                        \
    memcpy(destination, source, length * sizeof(unit));                                          \
    destination[length] = 0;                                                                     \
    return is_cut ? STRUNCATE : 0;                                                               \
  }
RTAPI_COMPAT_COPY_MOST(strncpy_s, char, strnlen)
RTAPI_COMPAT_COPY_MOST(wcsncpy_s, wchar_t, wcsnlen)
#undef RTAPI_COMPAT_COPY_MOST

static inline errno_t memcpy_s(void* destination, size_t size, const void* source, size_t count) {
  if (count == 0) return 0;
  if (destination == NULL) return rtapi_compat_failed(EINVAL);
  if (source == NULL || count > size) {
    memset(destination, 0, size);
    return rtapi_compat_failed(source == NULL ? EINVAL : ERANGE);
  }
  memcpy(destination, source, count);
  return 0;
}
static inline errno_t fopen_s(FILE** file, const char* path, const char* mode) {
  if (file == NULL) return rtapi_compat_failed(EINVAL);
  *file = NULL;
  if (path == NULL || mode == NULL) return rtapi_compat_failed(EINVAL);
  *file = fopen(path, mode);
  return *file == NULL ? errno : 0;
}

/* MSVC's conversions (%I64d, %ws, 32-bit %ld) are RtPrintf's; these share its engine. */
#define RTAPI_COMPAT_PRINT_INTO(name, unit, print)                                           \
  static inline int name(unit* buffer, size_t size, const unit* format, va_list arguments) { \
    if (buffer != NULL && size != 0) {                                                       \
      const int length = format == NULL ? -1 : print(buffer, size, format, arguments);       \
      if (length >= 0 && (size_t)length < size) return length;                               \
      buffer[0] = 0;                                                                         \
      errno = length < 0 ? EINVAL : ERANGE;                                                  \
      return -1;                                                                             \
    }                                                                                        \
    errno = EINVAL;                                                                          \
    return -1;                                                                               \
  }
RTAPI_COMPAT_PRINT_INTO(vsprintf_s, char, RtssVsnprintf)
RTAPI_COMPAT_PRINT_INTO(vswprintf_s, wchar_t, RtssVsnwprintf)
#undef RTAPI_COMPAT_PRINT_INTO

static inline int sprintf_s(char* buffer, size_t size, const char* format, ...) {
  RTAPI_COMPAT_FORWARD(length, vsprintf_s(buffer, size, format, arguments));
}
static inline int swprintf_s(wchar_t* buffer, size_t size, const wchar_t* format, ...) {
  RTAPI_COMPAT_FORWARD(length, vswprintf_s(buffer, size, format, arguments));
}

/* Win32's own, which trust the buffer to have 1024 units and store no more. */
enum { RTAPI_COMPAT_WSPRINTF_UNITS = 1024 };
static inline int wvsprintfA(LPSTR buffer, LPCSTR format, va_list arguments) {
  const int length = RtssVsnprintf(buffer, RTAPI_COMPAT_WSPRINTF_UNITS, format, arguments);
  return length < RTAPI_COMPAT_WSPRINTF_UNITS ? length : RTAPI_COMPAT_WSPRINTF_UNITS - 1;
}
static inline int wvsprintfW(LPWSTR buffer, LPCWSTR format, va_list arguments) {
  const int length = RtssVsnwprintf(buffer, RTAPI_COMPAT_WSPRINTF_UNITS, format, arguments);
  return length < RTAPI_COMPAT_WSPRINTF_UNITS ? length : RTAPI_COMPAT_WSPRINTF_UNITS - 1;
}
static inline int wsprintfA(LPSTR buffer, LPCSTR format, ...) {
  RTAPI_COMPAT_FORWARD(length, wvsprintfA(buffer, format, arguments));
}
static inline int wsprintfW(LPWSTR buffer, LPCWSTR format, ...) {
  RTAPI_COMPAT_FORWARD(length, wvsprintfW(buffer, format, arguments));
}
#ifdef UNICODE
#define wsprintf wsprintfW
#define wvsprintf wvsprintfW
#else
#define wsprintf wsprintfA
#define wvsprintf wvsprintfA
#endif
#define printf_s RtPrintf
#define wprintf_s RtWprintf
#define fprintf_s(...) rtapi_compat_fprintf(__VA_ARGS__)
#define _strdup strdup
#define _stricmp strcasecmp
#define stricmp strcasecmp
#define _strnicmp strncasecmp

#ifdef __cplusplus
/* MSVC deduces the size of an array. */
extern "C++" {
template <size_t size>
inline errno_t strcpy_s(char (&destination)[size], const char* source) {
  return strcpy_s(destination, size, source);
}
template <size_t size>
inline errno_t strcat_s(char (&destination)[size], const char* source) {
  return strcat_s(destination, size, source);
}
template <size_t size>
inline errno_t wcscpy_s(wchar_t (&destination)[size], const wchar_t* source) {
  return wcscpy_s(destination, size, source);
}
template <size_t size>
inline errno_t wcscat_s(wchar_t (&destination)[size], const wchar_t* source) {
  return wcscat_s(destination, size, source);
}
template <size_t size, typename... Arguments>
inline int swprintf_s(wchar_t (&buffer)[size], const wchar_t* format, Arguments... arguments) {
  return swprintf_s(static_cast<wchar_t*>(buffer), size, format, arguments...);
}
template <size_t size, typename... Arguments>
inline int sprintf_s(char (&buffer)[size], const char* format, Arguments... arguments) {
  return sprintf_s(static_cast<char*>(buffer), size, format, arguments...);
}
}
#endif

#endif
