/** @file
 * Interlocked operations: sequentially consistent, on 32-bit LONG, 64-bit LONGLONG and pointers.
 */
#ifndef RTAPI_COMPAT_INTERLOCKED_H
#define RTAPI_COMPAT_INTERLOCKED_H

#include "rtapi_compat/types.h"

#define RTAPI_COMPAT_INTERLOCKED(suffix, type)                                                               \
  static inline type InterlockedIncrement##suffix(type volatile* target) {                                   \
    return __atomic_add_fetch(target, 1, __ATOMIC_SEQ_CST);                                                  \
  }                                                                                                          \
  static inline type InterlockedDecrement##suffix(type volatile* target) {                                   \
    return __atomic_sub_fetch(target, 1, __ATOMIC_SEQ_CST);                                                  \
  }                                                                                                          \
  static inline type InterlockedExchange##suffix(type volatile* target, type value) {                        \
    return __atomic_exchange_n(target, value, __ATOMIC_SEQ_CST);                                             \
  }                                                                                                          \
  static inline type InterlockedExchangeAdd##suffix(type volatile* target, type value) {                     \
    return __atomic_fetch_add(target, value, __ATOMIC_SEQ_CST);                                              \
  }                                                                                                          \
  static inline type InterlockedAnd##suffix(type volatile* target, type value) {                             \
    return __atomic_fetch_and(target, value, __ATOMIC_SEQ_CST);                                              \
  }                                                                                                          \
  static inline type InterlockedOr##suffix(type volatile* target, type value) {                              \
    return __atomic_fetch_or(target, value, __ATOMIC_SEQ_CST);                                               \
  }                                                                                                          \
  static inline type InterlockedXor##suffix(type volatile* target, type value) {                             \
    return __atomic_fetch_xor(target, value, __ATOMIC_SEQ_CST);                                              \
  }                                                                                                          \
  static inline type InterlockedCompareExchange##suffix(type volatile* target, type value, type comparand) { \
    __atomic_compare_exchange_n(target, &comparand, value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);           \
    return comparand;                                                                                        \
  }
RTAPI_COMPAT_INTERLOCKED(, LONG)
RTAPI_COMPAT_INTERLOCKED(64, LONGLONG)
#undef RTAPI_COMPAT_INTERLOCKED

static inline PVOID InterlockedExchangePointer(PVOID volatile* target, PVOID value) {
  return __atomic_exchange_n(target, value, __ATOMIC_SEQ_CST);
}
static inline PVOID InterlockedCompareExchangePointer(PVOID volatile* target, PVOID value, PVOID comparand) {
  __atomic_compare_exchange_n(target, &comparand, value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
  return comparand;
}
#define _InterlockedIncrement InterlockedIncrement
#define _InterlockedDecrement InterlockedDecrement
#define _InterlockedExchange InterlockedExchange
#define _InterlockedExchangeAdd InterlockedExchangeAdd
#define _InterlockedAnd InterlockedAnd
#define _InterlockedOr InterlockedOr
#define _InterlockedXor InterlockedXor
#define _InterlockedCompareExchange InterlockedCompareExchange
#define _InterlockedIncrement64 InterlockedIncrement64
#define _InterlockedDecrement64 InterlockedDecrement64
#define _InterlockedExchange64 InterlockedExchange64
#define _InterlockedExchangeAdd64 InterlockedExchangeAdd64
#define _InterlockedAnd64 InterlockedAnd64
#define _InterlockedOr64 InterlockedOr64
#define _InterlockedXor64 InterlockedXor64
#define _InterlockedCompareExchange64 InterlockedCompareExchange64
#define _InterlockedExchangePointer InterlockedExchangePointer
#define _InterlockedCompareExchangePointer InterlockedCompareExchangePointer

static inline VOID MemoryBarrier(VOID) { __atomic_thread_fence(__ATOMIC_SEQ_CST); }

#endif
