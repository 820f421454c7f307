/** @file
 * Between narrow and wide text. Every narrow code page is UTF-8 here.
 */
#ifndef RTAPI_COMPAT_UNICODE_H
#define RTAPI_COMPAT_UNICODE_H

#include <stdio.h>
#include <string.h>

#include "rtapi_compat/numbers.h"
#include "rtapi_compat/text.h"
#include "rtapi_compat/wide.h"

#define CP_ACP 0u
#define CP_OEMCP 1u
#define CP_THREAD_ACP 3u
#define CP_UTF8 65001u
#define MB_PRECOMPOSED 1u
#define MB_ERR_INVALID_CHARS 8u
#define WC_ERR_INVALID_CHARS 0x80u

/* The next character of *text, which ends at `end`; U+FFFD for a byte that is not part of one. */
static inline uint32_t rtapi_compat_next_narrow(const char** text, const char* end) {
  const unsigned char first = (unsigned char)*(*text)++;
  const int more = first < 0x80 ? 0 : first < 0xc2 ? -1 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : first < 0xf5 ? 3 : -1;
  static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
  uint32_t c = more <= 0 ? first : first & (0x3fu >> more);
  if (more < 0 || end - *text < more) return 0xfffd;
  for (int i = 0; i < more; ++i) {
    const unsigned char next = (unsigned char)(*text)[i];
    if ((next & 0xc0) != 0x80) return 0xfffd;
    c = (c << 6) | (next & 0x3fu);
  }
  if (c < least[more] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000)) return 0xfffd;
  *text += more;
  return c;
}
static inline uint32_t rtapi_compat_next_wide(LPCWSTR* text, LPCWSTR end) {
  const uint32_t c = (uint32_t) * (*text)++ & (sizeof(WCHAR) == 2 ? 0xffffu : 0xffffffffu);
  if (sizeof(WCHAR) == 2 && c >= 0xd800 && c < 0xdc00 && *text < end) {
    const uint32_t low = (uint32_t) * *text & 0xffffu;
    if (low >= 0xdc00 && low < 0xe000) {
      ++*text;
      return 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
    }
  }
  return (c >= 0xd800 && c < 0xe000) || c > 0x10ffff ? 0xfffd : c;
}
static inline int rtapi_compat_put_wide(uint32_t c, WCHAR* units) {
  if (sizeof(WCHAR) == 4 || c < 0x10000) return units[0] = (WCHAR)c, 1;
  units[0] = (WCHAR)(0xd800 + ((c - 0x10000) >> 10));
  units[1] = (WCHAR)(0xdc00 + ((c - 0x10000) & 0x3ff));
  return 2;
}
static inline int rtapi_compat_put_narrow(uint32_t c, char* units) {
  static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
  const int bytes = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  units[0] = (char)(bytes == 1 ? c : lead[bytes] | (c >> (6 * (bytes - 1))));
  for (int i = 1; i < bytes; ++i) units[i] = (char)(0x80u | ((c >> (6 * (bytes - 1 - i))) & 0x3f));
  return bytes;
}

/* Both return the length in units, the terminator included when `length` is -1; with a size of 0 they only count. What
 * is not valid becomes U+FFFD, or the error ERROR_NO_UNICODE_TRANSLATION if the flags ask for it. */
#define RTAPI_COMPAT_CONVERT(next, put, length_of, from, to, strict)              \
  int used = 0;                                                                   \
  const from* end;                                                                \
  (void)page;                                                                     \
  if (text == NULL || length == 0 || size < 0 || (size != 0 && buffer == NULL)) { \
    SetLastError(ERROR_INVALID_PARAMETER);                                        \
    return 0;                                                                     \
  }                                                                               \
  end = text + (length < 0 ? length_of(text) + 1 : (size_t)length);               \
  while (text < end) {                                                            \
    to units[4];                                                                  \
    const uint32_t c = next(&text, end);                                          \
    const int count = put(c, units);                                              \
    if (c == 0xfffd && (flags & strict) != 0) {                                   \
      SetLastError(ERROR_NO_UNICODE_TRANSLATION);                                 \
      return 0;                                                                   \
    }                                                                             \
    if (size != 0 && used + count > size) {                                       \
      SetLastError(ERROR_INSUFFICIENT_BUFFER);                                    \
      return 0;                                                                   \
    }                                                                             \
    if (size != 0) memcpy(buffer + used, units, (size_t)count * sizeof(to));      \
    used += count;                                                                \
  }                                                                               \
  return used
static inline int MultiByteToWideChar(UINT page, DWORD flags, LPCSTR text, int length, LPWSTR buffer, int size) {
  RTAPI_COMPAT_CONVERT(rtapi_compat_next_narrow, rtapi_compat_put_wide, strlen, char, WCHAR, MB_ERR_INVALID_CHARS);
}
static inline int WideCharToMultiByte(UINT page, DWORD flags, LPCWSTR text, int length, LPSTR buffer, int size,
                                      LPCSTR substitute, PBOOL substituted) {
  (void)substitute;
  if (substituted != NULL) *substituted = FALSE;
  RTAPI_COMPAT_CONVERT(rtapi_compat_next_wide, rtapi_compat_put_narrow, wcslen, WCHAR, char, WC_ERR_INVALID_CHARS);
}
#undef RTAPI_COMPAT_CONVERT

static inline UINT GetACP(VOID) { return CP_UTF8; }

/* MSVC's bounded forms of wcstombs and mbstowcs: *converted counts the terminator. */
#define RTAPI_COMPAT_CONVERT_S(name, from, to, next, put, length_of)                                       \
  static inline errno_t name(size_t* converted, to* buffer, size_t size, const from* text, size_t count) { \
    size_t used = 0;                                                                                       \
    if (converted != NULL) *converted = 0;                                                                 \
    if (text == NULL || (buffer == NULL) != (size == 0)) return errno = EINVAL;                            \
    for (const from* const end = text + length_of(text); text < end;) {                                    \
      to units[4];                                                                                         \
      const size_t length = (size_t)put(next(&text, end), units);                                          \
      if (used + length > count && buffer != NULL) break;                                                  \
      if (used + length >= size && buffer != NULL) {                                                       \
        if (count == (size_t)-1) break;                                                                    \
        buffer[0] = 0;                                                                                     \
        return errno = ERANGE;                                                                             \
      }                                                                                                    \
      if (buffer != NULL) memcpy(buffer + used, units, length * sizeof(to));                               \
      used += length;                                                                                      \
    }                                                                                                      \
    if (buffer != NULL) buffer[used] = 0;                                                                  \
    if (converted != NULL) *converted = used + 1;                                                          \
    return count == (size_t)-1 && *text != 0 ? 80 : 0; /* STRUNCATE */                                     \
  }
RTAPI_COMPAT_CONVERT_S(wcstombs_s, wchar_t, char, rtapi_compat_next_wide, rtapi_compat_put_narrow, wcslen)
RTAPI_COMPAT_CONVERT_S(mbstowcs_s, char, wchar_t, rtapi_compat_next_narrow, rtapi_compat_put_wide, strlen)
#undef RTAPI_COMPAT_CONVERT_S

/* Files with wide names. The mode is ASCII. */
static inline FILE* _wfopen(const wchar_t* path, const wchar_t* mode) {
  char narrow[4096], narrow_mode[16];
  if (rtapi_compat_utf8(path, narrow, sizeof narrow) && rtapi_compat_utf8(mode, narrow_mode, sizeof narrow_mode)) {
    return fopen(narrow, narrow_mode);
  }
  errno = EINVAL;
  return NULL;
}
static inline errno_t _wfopen_s(FILE** file, const wchar_t* path, const wchar_t* mode) {
  if (file == NULL || path == NULL || mode == NULL) return errno = EINVAL;
  *file = _wfopen(path, mode);
  return *file == NULL ? errno : 0;
}

#endif
