/** @file
 * The program's own scanf family, with the widths of MSVC: %ld stores 32 bits, %I64d stores 64. The macros take calls
 * only.
 */
#ifndef RTAPI_COMPAT_SCAN_H
#define RTAPI_COMPAT_SCAN_H

#include <stdarg.h>
#include <stdlib.h>
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

/* The _s family: a size, in characters, behind the pointer of each %s, %c and %[. */
#define RTAPI_COMPAT_SCAN_MOST 32 /* pointers that a call of it may have */

/* Where one conversion stores. Text comes by way of the C library's own memory, so that its length is known. */
typedef struct {
  void* memory; /* the program's */
  void* text;   /* allocated by the C library; for the conversions of text only */
  unsigned size;
  BOOL is_text, is_wide, is_counted;
} rtapi_compat_scan_target;

typedef struct {
  char format[RTAPI_COMPAT_SCAN_FORMAT + RTAPI_COMPAT_SCAN_MOST];
  rtapi_compat_scan_target targets[RTAPI_COMPAT_SCAN_MOST];
  void* pointers[RTAPI_COMPAT_SCAN_MOST];
} rtapi_compat_scan_plan;

/* Takes the pointers and sizes that a format names. It ends the format before what cannot succeed. */
static inline BOOL rtapi_compat_scan_prepare(rtapi_compat_scan_plan* plan, const char* format, va_list arguments) {
  char own[RTAPI_COMPAT_SCAN_FORMAT];
  const char* at = own;
  char* out = plan->format;
  size_t targets = 0;
  memset(plan, 0, sizeof *plan);
  if (!rtapi_compat_scan_format(format, own)) return FALSE;
  while (*at != '\0') {
    char* const conversion = out;
    unsigned long width = 0;
    if ((*out++ = *at++) != '%') continue;
    const BOOL is_stored = *at != '*';
    if (!is_stored) *out++ = *at++;
    for (; *at >= '0' && *at <= '9'; *out++ = *at++) width = width * 10 + (unsigned long)(*at - '0');
    const char* modifiers = at;
    at += strspn(at, "hlLjzt");
    const char* const kind = at;
    if (*kind == '\0' || strchr("dioxXuaAeEfFgGpnsScC[%", *kind) == NULL) {
      *conversion = '\0';
      return TRUE;
    }
    at = (*kind == '[' ? rtapi_compat_scan_set(kind + 1) : kind) + (*at != '\0');
    if (is_stored && *kind != '%') {
      if (targets == RTAPI_COMPAT_SCAN_MOST) return FALSE;
      const BOOL is_character = *kind == 'c' || *kind == 'C';
      rtapi_compat_scan_target* const target = &plan->targets[targets];
      target->memory = va_arg(arguments, void*);
      target->is_text = strchr("sS[", *kind) != NULL;
      target->is_wide = *modifiers == 'l' || *kind == 'S' || *kind == 'C';
      target->is_counted = *kind != 'n';
      plan->pointers[targets] = target->is_text ? &target->text : target->memory;
      ++targets;
      if (target->is_text || is_character) target->size = va_arg(arguments, unsigned);
      const BOOL is_short = target->is_wide && sizeof(wchar_t) == 2; /* the C library stores four bytes */
      if (is_character && (is_short || target->size < (width == 0 ? 1 : width))) {
        *conversion = '\0';
        return TRUE;
      }
      if (target->is_text) {
        *out++ = 'm';
        modifiers += strspn(modifiers, "h");
      }
    }
    while (modifiers != at) *out++ = *modifiers++;
  }
  return TRUE;
}
/* FALSE, and an empty string, when it does not fit. */
static inline BOOL rtapi_compat_scan_store(const rtapi_compat_scan_target* target) {
  const char* const narrow = (const char*)target->text;
  const uint32_t* const wide = (const uint32_t*)target->text;
  size_t length = 0;
  while (target->is_wide ? wide[length] != 0 : narrow[length] != '\0') ++length;
  const BOOL fits = length < target->size;
  if (target->size == 0) return FALSE;
  if (!fits) length = 0;
  for (size_t i = 0; i <= length; ++i) {
    if (target->is_wide) {
      ((wchar_t*)target->memory)[i] = i == length ? 0 : (wchar_t)wide[i];
    } else {
      ((char*)target->memory)[i] = i == length ? '\0' : narrow[i];
    }
  }
  return fits;
}
/* The result of the call. Text that does not fit ends it. */
static inline int rtapi_compat_scan_finish(rtapi_compat_scan_plan* plan, int stored) {
  int before = 0;
  for (size_t i = 0; i < RTAPI_COMPAT_SCAN_MOST; ++i) {
    rtapi_compat_scan_target* const target = &plan->targets[i];
    if (target->text != NULL) {
      if (before < stored && !rtapi_compat_scan_store(target)) stored = before;
      free(target->text);
    }
    before += target->is_counted;
  }
  return stored;
}

#define RTAPI_COMPAT_SCAN_8(p, i) \
  (p)[i], (p)[i + 1], (p)[i + 2], (p)[i + 3], (p)[i + 4], (p)[i + 5], (p)[i + 6], (p)[i + 7]
#define RTAPI_COMPAT_SCAN_INTO(p) \
  RTAPI_COMPAT_SCAN_8(p, 0), RTAPI_COMPAT_SCAN_8(p, 8), RTAPI_COMPAT_SCAN_8(p, 16), RTAPI_COMPAT_SCAN_8(p, 24)

static inline int rtapi_compat_fscanf_s(FILE* file, const char* format, ...) {
  rtapi_compat_scan_plan plan;
  va_list arguments;
  va_start(arguments, format);
  const BOOL ready = rtapi_compat_scan_prepare(&plan, format, arguments);
  va_end(arguments);
  if (!ready) return EOF;
  return rtapi_compat_scan_finish(&plan, fscanf(file, plan.format, RTAPI_COMPAT_SCAN_INTO(plan.pointers)));
}
static inline int rtapi_compat_sscanf_s(const char* text, const char* format, ...) {
  rtapi_compat_scan_plan plan;
  va_list arguments;
  va_start(arguments, format);
  const BOOL ready = rtapi_compat_scan_prepare(&plan, format, arguments);
  va_end(arguments);
  if (!ready) return EOF;
  return rtapi_compat_scan_finish(&plan, sscanf(text, plan.format, RTAPI_COMPAT_SCAN_INTO(plan.pointers)));
}
#undef RTAPI_COMPAT_SCAN_INTO
#undef RTAPI_COMPAT_SCAN_8

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
#define scanf_s(...) rtapi_compat_fscanf_s(stdin, __VA_ARGS__)
#define fscanf_s(...) rtapi_compat_fscanf_s(__VA_ARGS__)
#define sscanf_s(...) rtapi_compat_sscanf_s(__VA_ARGS__)

#endif
