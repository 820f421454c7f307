/** @file
 * The program's own scanf family, with the widths of MSVC: %ld stores 32 bits, %I64d stores 64. The macros take calls
 * only.
 */
#ifndef RTAPI_COMPAT_SCAN_H
#define RTAPI_COMPAT_SCAN_H

#include <stdarg.h>
#include <string.h>
#ifdef __cplusplus
#include <cstdio> /* undefines what is defined below */
#else
#include <stdio.h>
#endif

#include "rtapi_compat/types.h"

#define RTAPI_COMPAT_SCAN_FORMAT 1024 /* bytes that a format may have */

/* The end of a set, %[...], that begins behind `at`. */
static inline const char* rtapi_compat_scan_set(const char* at) {
  if (*at == '^') ++at;
  if (*at == ']') ++at;
  while (*at != '\0' && *at != ']') ++at;
  return at;
}
/* The format as the C library has it. False when it is too long. */
static inline BOOL rtapi_compat_scan_format(const char* format, char* out) {
  if (format == NULL || strlen(format) >= RTAPI_COMPAT_SCAN_FORMAT) return FALSE;
  while (*format != '\0') {
    if ((*out++ = *format++) != '%') continue;
    while (*format == '*' || (*format >= '0' && *format <= '9')) *out++ = *format++;
    if (strncmp(format, "I64", 3) == 0) {
      *out++ = 'l';
      *out++ = 'l';
      format += 3;
    } else if (strncmp(format, "I32", 3) == 0) {
      format += 3;
    } else if (format[0] == 'l' && format[1] != '\0' && strchr("dioxXun", format[1]) != NULL) {
      ++format;
    }
    if (*format == '[') {
      const char* const end = rtapi_compat_scan_set(format + 1);
      while (format != end) *out++ = *format++;
    }
    if (*format == '%') *out++ = *format++;
  }
  *out = '\0';
  return TRUE;
}

static inline int rtapi_compat_vfscanf(FILE* file, const char* format, va_list arguments) {
  char own[RTAPI_COMPAT_SCAN_FORMAT];
  return rtapi_compat_scan_format(format, own) ? vfscanf(file, own, arguments) : EOF;
}
static inline int rtapi_compat_vsscanf(const char* text, const char* format, va_list arguments) {
  char own[RTAPI_COMPAT_SCAN_FORMAT];
  return rtapi_compat_scan_format(format, own) ? vsscanf(text, own, arguments) : EOF;
}
static inline int rtapi_compat_fscanf(FILE* file, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int stored = rtapi_compat_vfscanf(file, format, arguments);
  va_end(arguments);
  return stored;
}
static inline int rtapi_compat_sscanf(const char* text, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int stored = rtapi_compat_vsscanf(text, format, arguments);
  va_end(arguments);
  return stored;
}

#ifdef __cplusplus
namespace std { /* for std::sscanf(...) */
using ::rtapi_compat_fscanf;
using ::rtapi_compat_sscanf;
using ::rtapi_compat_vfscanf;
using ::rtapi_compat_vsscanf;
}  // namespace std
#endif

#define scanf(...) rtapi_compat_fscanf(stdin, __VA_ARGS__)
#define fscanf(...) rtapi_compat_fscanf(__VA_ARGS__)
#define sscanf(...) rtapi_compat_sscanf(__VA_ARGS__)
#define vfscanf(...) rtapi_compat_vfscanf(__VA_ARGS__)
#define vsscanf(...) rtapi_compat_vsscanf(__VA_ARGS__)
/* Without %s, %c and %[ the two families agree; with them MSVC takes a size after each pointer, which these do not. */
#define fscanf_s(...) rtapi_compat_fscanf(__VA_ARGS__)
#define sscanf_s(...) rtapi_compat_sscanf(__VA_ARGS__)

#endif
