/** @file
 * Mutexes: owned by a thread, taken by a wait (rtapi/wait.h), recursive, with priority inheritance, abandoned when
 * their owner ends or is killed.
 */
#ifndef RTSS_RTAPI_MUTEX_H
#define RTSS_RTAPI_MUTEX_H

#include <rtapi/types.h>

RTSS_BEGIN_DECLS

/** Creates a mutex, or opens the one that already has this name.
 *
 * @param lpMutexAttributes  ignored; NULL or any pointer
 * @param bInitialOwner      non-zero: a mutex made by this call is owned once by the calling thread before any other
 *                           thread can reach it. Ignored when the mutex existed: wait for it then.
 * @param lpName             see "Strings" in rtapi.h; NULL or "" makes an unnamed mutex for this process alone
 *
 * @retval non-NULL  a new handle; RtGetLastError():
 *                   0                           the mutex is new
 *                   ERROR_ALREADY_EXISTS        it existed; bInitialOwner had no effect
 * @retval NULL      nothing changed; RtGetLastError():
 *                   ERROR_INVALID_HANDLE        the name belongs to another kind of object
 *                   ERROR_INVALID_NAME          backslash in the name, or not valid text
 *                   ERROR_FILENAME_EXCED_RANGE  name longer than 259 bytes of UTF-8
 *                   ERROR_NO_SYSTEM_RESOURCES, ERROR_NOT_ENOUGH_MEMORY, ERROR_ACCESS_DENIED, ERROR_REVISION_MISMATCH,
 *                   ERROR_FILE_CORRUPT          the namespace cannot be used; see "Errors" in rtapi.h
 *
 * Blocking: only for the library's own short locks; a process's first call maps the namespace and starts a thread.
 * Allocates: in the first call of a process or thread only. Any thread. Not for signal handlers.
 * Rule: RTX documentation; the codes for names are this library's choice, those for resources Win32's nearest.
 */
HANDLE RtCreateMutexA(LPSECURITY_ATTRIBUTES lpMutexAttributes, BOOL bInitialOwner, LPCSTR lpName);
/** RtCreateMutexA with a wide name. */
HANDLE RtCreateMutexW(LPSECURITY_ATTRIBUTES lpMutexAttributes, BOOL bInitialOwner, LPCWSTR lpName)
    RTSS_WIDE(RtCreateMutexW);

/** Opens a named mutex that some process has created.
 *
 * @param dwDesiredAccess  ignored; no value is refused
 * @param bInheritHandle   ignored; handles are never inherited
 * @param lpName           see "Strings" in rtapi.h
 *
 * @retval non-NULL  a new handle; the last error is 0
 * @retval NULL      nothing changed; RtGetLastError():
 *                   ERROR_INVALID_PARAMETER     lpName is NULL or ""
 *                   ERROR_FILE_NOT_FOUND        nothing has this name
 *                   ERROR_INVALID_HANDLE        the name belongs to another kind of object
 *                   ERROR_INVALID_NAME, ERROR_FILENAME_EXCED_RANGE and the namespace's codes as in RtCreateMutexA
 *
 * Blocking, allocation, threads: as RtCreateMutexA.
 * Rule: RTX documentation; the codes are Win32's.
 */
HANDLE RtOpenMutexA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName);
/** RtOpenMutexA with a wide name. */
HANDLE RtOpenMutexW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName) RTSS_WIDE(RtOpenMutexW);

/** Undoes one acquisition by the calling thread; the last one frees the mutex.
 *
 * A free mutex goes straight to the waiter of the highest level, the longest waiting among equals: when this returns,
 * that thread owns it even if it has not run yet, and what the caller wrote before is visible to it. A level that
 * waiters lent to the caller ends here, as far as no other mutex keeps it.
 *
 * @param hMutex  any handle to the mutex; ownership belongs to the thread, not to a handle
 *
 * @retval TRUE   released once
 * @retval FALSE  nothing changed; RtGetLastError():
 *                ERROR_NOT_OWNER       the mutex is free, or another thread owns it
 *                ERROR_INVALID_HANDLE  not a mutex handle of this process
 *                ERROR_FILE_CORRUPT    the namespace's contents contradict themselves
 *
 * Without waiters it makes no system call. Blocking: only for the library's own short locks. Allocates: no.
 * Any thread. Not for signal handlers.
 * Rule: RTX documentation; the codes are Win32's.
 */
BOOL RtReleaseMutex(HANDLE hMutex);

/** What RtssQueryMutex reports: a snapshot, out of date as soon as it is taken. */
typedef struct _RTSS_MUTEX_STATE {
  DWORD Size;           /**< sizeof(RTSS_MUTEX_STATE), set by the caller */
  LONG RecursionCount;  /**< how many releases its owner owes; 0 when free */
  DWORD OwnerProcessId; /**< Linux process id; 0 when free */
  DWORD OwnerThreadId;  /**< Linux thread id (gettid); 0 when free */
  BOOL Abandoned;       /**< free, and its last owner ended while owning it */
} RTSS_MUTEX_STATE, *PRTSS_MUTEX_STATE;

/** Looks at a mutex without taking it.
 *
 * @param hMutex  handle to a mutex
 * @param pState  its Size must be set; the rest is written
 *
 * @retval TRUE   *pState is filled
 * @retval FALSE  *pState is as it was; RtGetLastError():
 *                ERROR_INVALID_PARAMETER  pState is NULL, or its Size is not sizeof(RTSS_MUTEX_STATE)
 *                ERROR_INVALID_HANDLE     not a mutex handle of this process
 *
 * Blocking: only for the library's own short locks. Allocates: no. Any thread. Not for signal handlers.
 * Rule: this library's addition to RTX.
 */
BOOL RtssQueryMutex(HANDLE hMutex, PRTSS_MUTEX_STATE pState);

#ifdef UNICODE
#define RtCreateMutex RtCreateMutexW
#define RtOpenMutex RtOpenMutexW
#else
#define RtCreateMutex RtCreateMutexA
#define RtOpenMutex RtOpenMutexA
#endif

RTSS_END_DECLS

#endif
