/** @file
 * The plain Win32 spellings of calls on objects, inline over Rt..., on the same handles: whatever made a handle,
 * CloseHandle and the wait calls take it. File handles (files.h) differ by their value.
 */
#ifndef RTAPI_COMPAT_OBJECTS_H
#define RTAPI_COMPAT_OBJECTS_H

#include <errno.h>
#include <unistd.h>

#include "rtapi_compat/types.h"

/* A file handle is a descriptor as (fd + 1) * 4, below every handle of the library, which start at 2^18. */
static inline int rtapi_compat_is_file(HANDLE handle) {
  const uintptr_t value = (uintptr_t)handle;
  return value >= 4 && value < ((uintptr_t)1 << 18) && value % 4 == 0;
}
static inline int rtapi_compat_descriptor(HANDLE handle) { return (int)((uintptr_t)handle / 4) - 1; }
static inline HANDLE rtapi_compat_file(int descriptor) { return (HANDLE)((uintptr_t)(descriptor + 1) * 4); }

/* errno of a failed call as a Win32 code. */
static inline DWORD rtapi_compat_error(int error) {
  switch (error) {
    case ENOENT:
      return ERROR_FILE_NOT_FOUND;
    case ENOTDIR:
      return ERROR_PATH_NOT_FOUND;
    case EMFILE:
    case ENFILE:
      return ERROR_TOO_MANY_OPEN_FILES;
    case EACCES:
    case EPERM:
    case EISDIR:
      return ERROR_ACCESS_DENIED;
    case EBADF:
      return ERROR_INVALID_HANDLE;
    case ENOMEM:
      return ERROR_NOT_ENOUGH_MEMORY;
    case EEXIST:
      return ERROR_FILE_EXISTS;
    case EINVAL:
      return ERROR_INVALID_PARAMETER;
    case ENOSPC:
      return ERROR_DISK_FULL;
    case ENAMETOOLONG:
      return ERROR_FILENAME_EXCED_RANGE;
    default:
      return ERROR_GEN_FAILURE;
  }
}

static inline BOOL CloseHandle(HANDLE hObject) {
  if (!rtapi_compat_is_file(hObject)) return RtCloseHandle(hObject);
  if (close(rtapi_compat_descriptor(hObject)) == 0) return TRUE;
  SetLastError(rtapi_compat_error(errno));
  return FALSE;
}

static inline DWORD WaitForSingleObject(HANDLE hHandle, DWORD dwMilliseconds) {
  return RtWaitForSingleObject(hHandle, dwMilliseconds);
}
static inline DWORD WaitForMultipleObjects(DWORD nCount, CONST HANDLE* lpHandles, BOOL bWaitAll, DWORD dwMilliseconds) {
  return RtWaitForMultipleObjects(nCount, lpHandles, bWaitAll, dwMilliseconds);
}

static inline HANDLE CreateMutexA(LPSECURITY_ATTRIBUTES a, BOOL bInitialOwner, LPCSTR lpName) {
  return RtCreateMutexA(a, bInitialOwner, lpName);
}
static inline HANDLE CreateMutexW(LPSECURITY_ATTRIBUTES a, BOOL bInitialOwner, LPCWSTR lpName) {
  return RtCreateMutexW(a, bInitialOwner, lpName);
}
static inline HANDLE OpenMutexA(DWORD access, BOOL inherit, LPCSTR lpName) {
  return RtOpenMutexA(access, inherit, lpName);
}
static inline HANDLE OpenMutexW(DWORD access, BOOL inherit, LPCWSTR lpName) {
  return RtOpenMutexW(access, inherit, lpName);
}
static inline BOOL ReleaseMutex(HANDLE hMutex) { return RtReleaseMutex(hMutex); }

static inline HANDLE CreateEventA(LPSECURITY_ATTRIBUTES a, BOOL bManualReset, BOOL bInitialState, LPCSTR lpName) {
  return RtCreateEventA(a, bManualReset, bInitialState, lpName);
}
static inline HANDLE CreateEventW(LPSECURITY_ATTRIBUTES a, BOOL bManualReset, BOOL bInitialState, LPCWSTR lpName) {
  return RtCreateEventW(a, bManualReset, bInitialState, lpName);
}
static inline HANDLE OpenEventA(DWORD access, BOOL inherit, LPCSTR lpName) {
  return RtOpenEventA(access, inherit, lpName);
}
static inline HANDLE OpenEventW(DWORD access, BOOL inherit, LPCWSTR lpName) {
  return RtOpenEventW(access, inherit, lpName);
}
static inline BOOL SetEvent(HANDLE hEvent) { return RtSetEvent(hEvent); }
static inline BOOL ResetEvent(HANDLE hEvent) { return RtResetEvent(hEvent); }
static inline BOOL PulseEvent(HANDLE hEvent) { return RtPulseEvent(hEvent); }

static inline HANDLE CreateSemaphoreA(LPSECURITY_ATTRIBUTES a, LONG lInitialCount, LONG lMaximumCount, LPCSTR lpName) {
  return RtCreateSemaphoreA(a, lInitialCount, lMaximumCount, lpName);
}
static inline HANDLE CreateSemaphoreW(LPSECURITY_ATTRIBUTES a, LONG lInitialCount, LONG lMaximumCount, LPCWSTR lpName) {
  return RtCreateSemaphoreW(a, lInitialCount, lMaximumCount, lpName);
}
static inline HANDLE OpenSemaphoreA(DWORD access, BOOL inherit, LPCSTR lpName) {
  return RtOpenSemaphoreA(access, inherit, lpName);
}
static inline HANDLE OpenSemaphoreW(DWORD access, BOOL inherit, LPCWSTR lpName) {
  return RtOpenSemaphoreW(access, inherit, lpName);
}
static inline BOOL ReleaseSemaphore(HANDLE hSemaphore, LONG lReleaseCount, LPLONG lpPreviousCount) {
  return RtReleaseSemaphore(hSemaphore, lReleaseCount, lpPreviousCount);
}

#ifdef UNICODE
#define CreateMutex CreateMutexW
#define OpenMutex OpenMutexW
#define CreateEvent CreateEventW
#define OpenEvent OpenEventW
#define CreateSemaphore CreateSemaphoreW
#define OpenSemaphore OpenSemaphoreW
#else
#define CreateMutex CreateMutexA
#define OpenMutex OpenMutexA
#define CreateEvent CreateEventA
#define OpenEvent OpenEventA
#define CreateSemaphore CreateSemaphoreA
#define OpenSemaphore OpenSemaphoreA
#endif

#endif
