/** @file
 * Wide text under -fshort-wchar, where the C library's own functions would read four bytes to a character: those that
 * RTX programs build names with, and the name by which the library's main finds a wmain with such arguments.
 */
#ifndef RTAPI_COMPAT_WIDE_H
#define RTAPI_COMPAT_WIDE_H

#ifdef __cplusplus
#include <cwchar> /* undefines what is defined below */
#else
#include <wchar.h>
#endif

#include "rtapi_compat/types.h"

#if __SIZEOF_WCHAR_T__ == 2

#ifdef wmain
#undef wmain
#define wmain RtssUserWmain16
#endif

static inline size_t rtapi_compat_wcslen(LPCWSTR text) {
  size_t length = 0;
  while (text[length] != 0) ++length;
  return length;
}
static inline size_t rtapi_compat_wcsnlen(LPCWSTR text, size_t most) {
  size_t length = 0;
  while (length < most && text[length] != 0) ++length;
  return length;
}
static inline LPWSTR rtapi_compat_wcscpy(LPWSTR destination, LPCWSTR source) {
  memcpy(destination, source, (rtapi_compat_wcslen(source) + 1) * sizeof(WCHAR));
  return destination;
}
static inline LPWSTR rtapi_compat_wcsncpy(LPWSTR destination, LPCWSTR source, size_t count) {
  const size_t length = rtapi_compat_wcsnlen(source, count);
  memcpy(destination, source, length * sizeof(WCHAR));
  memset(destination + length, 0, (count - length) * sizeof(WCHAR));
  return destination;
}
static inline LPWSTR rtapi_compat_wcscat(LPWSTR destination, LPCWSTR source) {
  rtapi_compat_wcscpy(destination + rtapi_compat_wcslen(destination), source);
  return destination;
}
static inline int rtapi_compat_wcsncmp(LPCWSTR left, LPCWSTR right, size_t count) {
  size_t i = 0;
  while (i < count && left[i] == right[i] && left[i] != 0) ++i;
  return i == count ? 0 : (int)left[i] - (int)right[i];
}
static inline int rtapi_compat_wcscmp(LPCWSTR left, LPCWSTR right) {
  return rtapi_compat_wcsncmp(left, right, (size_t)-1);
}
static inline LPWSTR rtapi_compat_wcschr(LPCWSTR text, WCHAR wanted) {
  while (*text != wanted && *text != 0) ++text;
  return *text == wanted ? (LPWSTR)text : NULL;
}
static inline LPWSTR rtapi_compat_wcsstr(LPCWSTR text, LPCWSTR wanted) {
  const size_t length = rtapi_compat_wcslen(wanted);
  while (rtapi_compat_wcsncmp(text, wanted, length) != 0) {
    if (*text++ == 0) return NULL;
  }
  return (LPWSTR)text;
}

#ifdef __cplusplus
namespace std { /* for std::wcslen(...) */
using ::rtapi_compat_wcscat;
using ::rtapi_compat_wcschr;
using ::rtapi_compat_wcscmp;
using ::rtapi_compat_wcscpy;
using ::rtapi_compat_wcslen;
using ::rtapi_compat_wcsncmp;
using ::rtapi_compat_wcsncpy;
using ::rtapi_compat_wcsstr;
}  // namespace std
#endif

#define wcslen(text) rtapi_compat_wcslen(text)
#define wcsnlen(text, most) rtapi_compat_wcsnlen(text, most)
#define wcscpy(destination, source) rtapi_compat_wcscpy(destination, source)
#define wcsncpy(destination, source, count) rtapi_compat_wcsncpy(destination, source, count)
#define wcscat(destination, source) rtapi_compat_wcscat(destination, source)
#define wcscmp(left, right) rtapi_compat_wcscmp(left, right)
#define wcsncmp(left, right, count) rtapi_compat_wcsncmp(left, right, count)
#define wcschr(text, wanted) rtapi_compat_wcschr(text, wanted)
#define wcsstr(text, wanted) rtapi_compat_wcsstr(text, wanted)

#endif

#endif
