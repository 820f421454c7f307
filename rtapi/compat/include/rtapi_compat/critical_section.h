/** @file
 * Critical sections (recursive, priority-inheriting, of one process) and thread-local storage.
 */
#ifndef RTAPI_COMPAT_CRITICAL_SECTION_H
#define RTAPI_COMPAT_CRITICAL_SECTION_H

#include <limits.h>
#include <pthread.h>

#include "rtapi_compat/types.h"

typedef struct _CRITICAL_SECTION {
  pthread_mutex_t mutex;
} CRITICAL_SECTION, *PCRITICAL_SECTION, *LPCRITICAL_SECTION;

static inline BOOL InitializeCriticalSectionAndSpinCount(LPCRITICAL_SECTION section, DWORD dwSpinCount) {
  pthread_mutexattr_t attributes;
  (void)dwSpinCount;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
  pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
  pthread_mutex_init(&section->mutex, &attributes);
  pthread_mutexattr_destroy(&attributes);
  return TRUE;
}
static inline VOID InitializeCriticalSection(LPCRITICAL_SECTION section) {
  InitializeCriticalSectionAndSpinCount(section, 0);
}
static inline VOID EnterCriticalSection(LPCRITICAL_SECTION section) { pthread_mutex_lock(&section->mutex); }
static inline BOOL TryEnterCriticalSection(LPCRITICAL_SECTION section) {
  return pthread_mutex_trylock(&section->mutex) == 0;
}
static inline VOID LeaveCriticalSection(LPCRITICAL_SECTION section) { pthread_mutex_unlock(&section->mutex); }
static inline VOID DeleteCriticalSection(LPCRITICAL_SECTION section) { pthread_mutex_destroy(&section->mutex); }

#define TLS_OUT_OF_INDEXES 0xffffffffu
static inline DWORD TlsAlloc(VOID) {
  pthread_key_t key;
  if (pthread_key_create(&key, NULL) == 0) return key;
  SetLastError(ERROR_NO_MORE_ITEMS);
  return TLS_OUT_OF_INDEXES;
}
static inline BOOL TlsSetValue(DWORD index, LPVOID value) {
  if (pthread_setspecific(index, value) == 0) return TRUE;
  SetLastError(ERROR_INVALID_PARAMETER);
  return FALSE;
}
/* Stores 0 in the last error on success, so that a NULL value differs from a failure. */
static inline LPVOID TlsGetValue(DWORD index) {
  SetLastError(index < PTHREAD_KEYS_MAX ? 0 : ERROR_INVALID_PARAMETER);
  return pthread_getspecific(index);
}
static inline BOOL TlsFree(DWORD index) {
  if (pthread_key_delete(index) == 0) return TRUE;
  SetLastError(ERROR_INVALID_PARAMETER);
  return FALSE;
}

#endif
