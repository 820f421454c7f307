/** @file
 * Wide text for calls that Linux takes as UTF-8.
 */
#ifndef RTAPI_COMPAT_TEXT_H
#define RTAPI_COMPAT_TEXT_H

#include "rtapi_compat/types.h"

/* Writes `text` as UTF-8, a terminator included. False if it is not valid or does not fit. */
static inline BOOL rtapi_compat_utf8(LPCWSTR text, char* buffer, size_t size) {
  size_t used = 0;
  for (; *text != 0; ++text) {
    uint32_t c = (uint32_t)*text;
    if (sizeof(WCHAR) == 2) {
      c &= 0xffffu;
      if (c >= 0xd800u && c < 0xdc00u) {
        const uint32_t low = (uint32_t)text[1] & 0xffffu;
        if (low < 0xdc00u || low > 0xdfffu) return FALSE;
        c = 0x10000u + ((c - 0xd800u) << 10) + (low - 0xdc00u);
        ++text;
      }
    }
    if ((c >= 0xd800u && c < 0xe000u) || c > 0x10ffffu) return FALSE;
    const size_t bytes = c < 0x80u ? 1 : c < 0x800u ? 2 : c < 0x10000u ? 3 : 4;
    if (used + bytes >= size) return FALSE;
    if (bytes == 1) {
      buffer[used++] = (char)c;
    } else {
      static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
      buffer[used++] = (char)(lead[bytes] | (c >> (6 * (bytes - 1))));
      for (size_t left = bytes - 1; left != 0; --left)
        buffer[used++] = (char)(0x80u | ((c >> (6 * (left - 1))) & 0x3fu));
    }
  }
  buffer[used] = '\0';
  return TRUE;
}

#endif
