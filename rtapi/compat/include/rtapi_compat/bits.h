/** @file
 * Rotation, byte order and bit scans: part of MSVC's stdlib.h and intrin.h. Widths are Windows's: `unsigned long` has
 * 32 bits there, so what is called ...long takes 32 bits here.
 */
#ifndef RTAPI_COMPAT_BITS_H
#define RTAPI_COMPAT_BITS_H

#include "rtapi_compat/types.h"

/* x86intrin.h has some of these as macros, hence the parentheses. */
static inline UINT(_rotl)(UINT value, int shift) { return value << (shift & 31) | value >> (-shift & 31); }
static inline UINT(_rotr)(UINT value, int shift) { return value >> (shift & 31) | value << (-shift & 31); }
static inline ULONGLONG _rotl64(ULONGLONG value, int shift) { return value << (shift & 63) | value >> (-shift & 63); }
static inline ULONGLONG _rotr64(ULONGLONG value, int shift) { return value >> (shift & 63) | value << (-shift & 63); }

static inline USHORT _byteswap_ushort(USHORT value) { return __builtin_bswap16(value); }
static inline ULONG _byteswap_ulong(ULONG value) { return __builtin_bswap32(value); }
static inline ULONGLONG _byteswap_uint64(ULONGLONG value) { return __builtin_bswap64(value); }

/* Macros, because the index is a DWORD in some programs and an unsigned long in others. Without a bit, FALSE, and the
 * index stays as it is. */
#define RTAPI_COMPAT_SCAN_BITS(index, type, mask, position) \
  __extension__({                                           \
    const type scanned_mask = (type)(mask);                 \
    if (scanned_mask != 0) *(index) = (DWORD)(position);    \
    (UCHAR)(scanned_mask != 0);                             \
  })
#define _BitScanForward(index, mask) RTAPI_COMPAT_SCAN_BITS(index, DWORD, mask, __builtin_ctz(scanned_mask))
#define _BitScanReverse(index, mask) RTAPI_COMPAT_SCAN_BITS(index, DWORD, mask, 31 - __builtin_clz(scanned_mask))
#define _BitScanForward64(index, mask) RTAPI_COMPAT_SCAN_BITS(index, ULONGLONG, mask, __builtin_ctzll(scanned_mask))
#define _BitScanReverse64(index, mask) \
  RTAPI_COMPAT_SCAN_BITS(index, ULONGLONG, mask, 63 - __builtin_clzll(scanned_mask))

#endif
