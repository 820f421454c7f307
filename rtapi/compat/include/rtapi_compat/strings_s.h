/** @file
 * More of MSVC's text functions: bounded ones beyond those of crt.h, lengths of formatted text, case, splitting.
 * Where MSVC calls the invalid-parameter handler, these set errno, return it and leave an empty text.
 */
#ifndef RTAPI_COMPAT_STRINGS_S_H
#define RTAPI_COMPAT_STRINGS_S_H

#include <ctype.h>
#include <wctype.h>

#include "rtapi_compat/crt.h"
#include "rtapi_compat/numbers.h"

#define RTAPI_COMPAT_BOUNDED(unit, length_within, copy, append, split, lower, upper, to_lower, to_upper)           \
  static inline errno_t append(unit* destination, size_t size, const unit* source, size_t count) {                 \
    if (destination == NULL || size == 0) return errno = EINVAL;                                                   \
    const size_t used = length_within(destination, size);                                                          \
    const errno_t failed = used == size ? (errno = EINVAL) : copy(destination + used, size - used, source, count); \
    if (failed != 0 && failed != STRUNCATE) destination[0] = 0;                                                    \
    return failed;                                                                                                 \
  }                                                                                                                \
  static inline unit* split(unit* text, const unit* separators, unit** rest) {                                     \
    unit* token = text != NULL ? text : *rest;                                                                     \
    const unit* separator;                                                                                         \
    for (; token != NULL && *token != 0; ++token) { /* skips separators */                                         \
      for (separator = separators; *separator != 0 && *separator != *token; ++separator) continue;                 \
      if (*separator == 0) break;                                                                                  \
    }                                                                                                              \
    *rest = token;                                                                                                 \
    if (token == NULL || *token == 0) return NULL;                                                                 \
    for (; **rest != 0; ++*rest) {                                                                                 \
      for (separator = separators; *separator != 0 && *separator != **rest; ++separator) continue;                 \
      if (*separator != 0) {                                                                                       \
        *(*rest)++ = 0;                                                                                            \
        break;                                                                                                     \
      }                                                                                                            \
    }                                                                                                              \
    return token;                                                                                                  \
  }                                                                                                                \
  static inline unit* lower(unit* text) {                                                                          \
    for (unit* at = text; *at != 0; ++at) *at = (unit)to_lower;                                                    \
    return text;                                                                                                   \
  }                                                                                                                \
  static inline unit* upper(unit* text) {                                                                          \
    for (unit* at = text; *at != 0; ++at) *at = (unit)to_upper;                                                    \
    return text;                                                                                                   \
  }                                                                                                                \
  static inline errno_t lower##_s(unit* text, size_t size) {                                                       \
    if (text == NULL || length_within(text, size) == size) return errno = EINVAL;                                  \
    lower(text);                                                                                                   \
    return 0;                                                                                                      \
  }                                                                                                                \
  static inline errno_t upper##_s(unit* text, size_t size) {                                                       \
    if (text == NULL || length_within(text, size) == size) return errno = EINVAL;                                  \
    upper(text);                                                                                                   \
    return 0;                                                                                                      \
  }
RTAPI_COMPAT_BOUNDED(char, strnlen, strncpy_s, strncat_s, strtok_s, _strlwr, _strupr, tolower((unsigned char)*at),
                     toupper((unsigned char)*at))
RTAPI_COMPAT_BOUNDED(wchar_t, wcsnlen, wcsncpy_s, wcsncat_s, wcstok_s, _wcslwr, _wcsupr, towlower((wint_t)*at),
                     towupper((wint_t)*at))
#undef RTAPI_COMPAT_BOUNDED

static inline errno_t memmove_s(void* destination, size_t size, const void* source, size_t count) {
  if (count == 0) return 0;
  if (destination == NULL || source == NULL) return errno = EINVAL;
  if (count > size) return errno = ERANGE;
  memmove(destination, source, count);
  return 0;
}

#define _wcsicmp rtapi_compat_wcsicmp
static inline int rtapi_compat_wcsicmp(LPCWSTR left, LPCWSTR right) {
  while (*left != 0 && towlower((wint_t)*left) == towlower((wint_t)*right)) ++left, ++right;
  return (int)towlower((wint_t)*left) - (int)towlower((wint_t)*right);
}
static inline wchar_t* _wcsdup(const wchar_t* text) {
  const size_t size = (wcslen(text) + 1) * sizeof(wchar_t);
  wchar_t* const copy = (wchar_t*)malloc(size);
  return copy == NULL ? NULL : (wchar_t*)memcpy(copy, text, size);
}

/* The length that the text would have. */
static inline int _vscprintf(const char* format, va_list arguments) {
  return RtssVsnprintf(NULL, 0, format, arguments);
}
static inline int _scprintf(const char* format, ...) { RTAPI_COMPAT_FORWARD(length, _vscprintf(format, arguments)); }
static inline int _vscwprintf(const wchar_t* format, va_list arguments) {
  return RtssVsnwprintf(NULL, 0, format, arguments);
}
static inline int _scwprintf(const wchar_t* format, ...) {
  RTAPI_COMPAT_FORWARD(length, _vscwprintf(format, arguments));
}

/* At most `count` characters; -1 if that, or with _TRUNCATE the size, cut the text. Without room for `count` characters
 * nothing is cut: the text is empty and errno is ERANGE. */
#define RTAPI_COMPAT_PRINT_S(name, forward, unit, print)                                                   \
  static inline int name(unit* buffer, size_t size, size_t count, const unit* format, va_list arguments) { \
    if (buffer == NULL || size == 0 || format == NULL) return errno = EINVAL, -1;                          \
    const size_t room = count < size ? count + 1 : size;                                                   \
    const int length = print(buffer, room, format, arguments);                                             \
    if (length >= 0 && (size_t)length < room) return length;                                               \
    if (length < 0 || (count >= size && count != _TRUNCATE)) {                                             \
      buffer[0] = 0;                                                                                       \
      errno = ERANGE;                                                                                      \
    }                                                                                                      \
    return -1;                                                                                             \
  }                                                                                                        \
  static inline int forward(unit* buffer, size_t size, size_t count, const unit* format, ...) {            \
    RTAPI_COMPAT_FORWARD(length, name(buffer, size, count, format, arguments));                            \
  }
RTAPI_COMPAT_PRINT_S(_vsnprintf_s, _snprintf_s, char, RtssVsnprintf)
RTAPI_COMPAT_PRINT_S(_vsnwprintf_s, _snwprintf_s, wchar_t, RtssVsnwprintf)
#undef RTAPI_COMPAT_PRINT_S

#ifdef __cplusplus
/* MSVC deduces the size of an array. */
extern "C++" {
template <size_t size>
inline errno_t strncpy_s(char (&destination)[size], const char* source, size_t count) {
  return strncpy_s(static_cast<char*>(destination), size, source, count);
}
template <size_t size>
inline errno_t strncat_s(char (&destination)[size], const char* source, size_t count) {
  return strncat_s(static_cast<char*>(destination), size, source, count);
}
template <size_t size>
inline errno_t wcsncpy_s(wchar_t (&destination)[size], const wchar_t* source, size_t count) {
  return wcsncpy_s(static_cast<wchar_t*>(destination), size, source, count);
}
template <size_t size>
inline errno_t wcsncat_s(wchar_t (&destination)[size], const wchar_t* source, size_t count) {
  return wcsncat_s(static_cast<wchar_t*>(destination), size, source, count);
}
template <size_t size>
inline errno_t _strlwr_s(char (&text)[size]) {
  return _strlwr_s(static_cast<char*>(text), size);
}
template <size_t size>
inline errno_t _strupr_s(char (&text)[size]) {
  return _strupr_s(static_cast<char*>(text), size);
}
template <size_t size>
inline errno_t _itoa_s(int value, char (&buffer)[size], int radix) {
  return _itoa_s(value, static_cast<char*>(buffer), size, radix);
}
template <size_t size, typename... Arguments>
inline int _snprintf_s(char (&buffer)[size], size_t count, const char* format, Arguments... arguments) {
  return _snprintf_s(static_cast<char*>(buffer), size, count, format, arguments...);
}
template <size_t size, typename... Arguments>
inline int _snwprintf_s(wchar_t (&buffer)[size], size_t count, const wchar_t* format, Arguments... arguments) {
  return _snwprintf_s(static_cast<wchar_t*>(buffer), size, count, format, arguments...);
}
template <size_t size>
inline int vsprintf_s(char (&buffer)[size], const char* format, va_list arguments) {
  return vsprintf_s(static_cast<char*>(buffer), size, format, arguments);
}
template <size_t size>
inline int _vsnprintf_s(char (&buffer)[size], size_t count, const char* format, va_list arguments) {
  return _vsnprintf_s(static_cast<char*>(buffer), size, count, format, arguments);
}
}
#endif

#endif
