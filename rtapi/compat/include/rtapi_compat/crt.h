/** @file
 * The bounded C run-time functions of MSVC. Where those call the invalid-parameter handler, these return EINVAL or
 * ERANGE and leave an empty string.
 */
#ifndef RTAPI_COMPAT_CRT_H
#define RTAPI_COMPAT_CRT_H

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "rtapi_compat/print.h"
#include "rtapi_compat/scan.h"
#include "rtapi_compat/types.h"
#include "rtapi_compat/wide.h"

typedef int errno_t;
#define _TRUNCATE ((size_t)-1)

#define RTAPI_COMPAT_COPY(name, unit, length_of)                                   \
  static inline errno_t name(unit* destination, size_t size, const unit* source) { \
    if (destination == NULL || size == 0) return EINVAL;                           \
    destination[0] = 0;                                                            \
    if (source == NULL) return EINVAL;                                             \
    const size_t length = length_of(source);                                       \
    if (length >= size) return ERANGE;                                             \
    memcpy(destination, source, (length + 1) * sizeof(unit));                      \
    return 0;                                                                      \
  }
RTAPI_COMPAT_COPY(strcpy_s, char, strlen)
RTAPI_COMPAT_COPY(wcscpy_s, wchar_t, wcslen)
#undef RTAPI_COMPAT_COPY

#define RTAPI_COMPAT_APPEND(name, unit, copy, length_within)                       \
  static inline errno_t name(unit* destination, size_t size, const unit* source) { \
    if (destination == NULL || size == 0) return EINVAL;                           \
    const size_t used = length_within(destination, size);                          \
    if (used == size) {                                                            \
      destination[0] = 0;                                                          \
      return EINVAL;                                                               \
    }                                                                              \
    const errno_t failed = copy(destination + used, size - used, source);          \
    if (failed != 0) destination[0] = 0;                                           \
    return failed;                                                                 \
  }
RTAPI_COMPAT_APPEND(strcat_s, char, strcpy_s, strnlen)
RTAPI_COMPAT_APPEND(wcscat_s, wchar_t, wcscpy_s, wcsnlen)
#undef RTAPI_COMPAT_APPEND

static inline errno_t strncpy_s(char* destination, size_t size, const char* source, size_t count) {
  if (destination == NULL || size == 0) return EINVAL;
  destination[0] = '\0';
  if (source == NULL) return EINVAL;
  size_t length = strnlen(source, count);
  if (length >= size && count == _TRUNCATE) length = size - 1;
  if (length >= size) return ERANGE;
  memcpy(destination, source, length);
  destination[length] = '\0';
  return 0;
}
static inline errno_t memcpy_s(void* destination, size_t size, const void* source, size_t count) {
  if (count == 0) return 0;
  if (destination == NULL) return EINVAL;
  if (source == NULL || count > size) {
    memset(destination, 0, size);
    return source == NULL ? EINVAL : ERANGE;
  }
  memcpy(destination, source, count);
  return 0;
}
static inline errno_t fopen_s(FILE** file, const char* path, const char* mode) {
  if (file == NULL || path == NULL || mode == NULL) return EINVAL;
  *file = fopen(path, mode);
  return *file == NULL ? errno : 0;
}

/* MSVC's conversions (%I64d, %ws, 32-bit %ld) are RtPrintf's; these share its engine. */
static inline int vsprintf_s(char* buffer, size_t size, const char* format, va_list arguments) {
  if (buffer == NULL || size == 0) return -1;
  const int length = RtssVsnprintf(buffer, size, format, arguments);
  if (length >= 0 && (size_t)length < size) return length;
  buffer[0] = '\0';
  return -1;
}
static inline int sprintf_s(char* buffer, size_t size, const char* format, ...) {
  RTAPI_COMPAT_FORWARD(length, vsprintf_s(buffer, size, format, arguments));
}
static inline int _vsnprintf(char* buffer, size_t size, const char* format, va_list arguments) {
  const int length = RtssVsnprintf(buffer, size, format, arguments);
  return length >= 0 && (size_t)length <= size ? length : -1;
}
static inline int _snprintf(char* buffer, size_t size, const char* format, ...) {
  RTAPI_COMPAT_FORWARD(length, _vsnprintf(buffer, size, format, arguments));
}
static inline int vswprintf_s(wchar_t* buffer, size_t size, const wchar_t* format, va_list arguments) {
  if (buffer == NULL || size == 0) return -1;
  const int length = rtapi_compat_vswprintf(buffer, size, format, arguments);
  if (length < 0) buffer[0] = 0;
  return length;
}
static inline int swprintf_s(wchar_t* buffer, size_t size, const wchar_t* format, ...) {
  RTAPI_COMPAT_FORWARD(length, vswprintf_s(buffer, size, format, arguments));
}
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
