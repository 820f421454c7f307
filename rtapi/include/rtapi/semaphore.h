/** @file
 * Semaphores: a count from 0 to a maximum. A wait (rtapi/wait.h) takes one unit; any thread may give units back. They
 * have no owner, so they are never abandoned and never lend a level.
 */
#ifndef RTSS_RTAPI_SEMAPHORE_H
#define RTSS_RTAPI_SEMAPHORE_H

#include <rtapi/types.h>

RTSS_BEGIN_DECLS

/** Creates a semaphore, or opens the one that already has this name.
 *
 * @param lpSemaphoreAttributes  ignored; NULL or any pointer
 * @param lInitialCount          units at the start, 0 to lMaximumCount. No effect when the semaphore existed.
 * @param lMaximumCount          most units it can hold, 1 to 2^31 - 1. No effect when the semaphore existed.
 * @param lpName                 see "Strings" in rtapi.h; NULL or "" makes an unnamed semaphore for this process alone
 *
 * @retval non-NULL  a new handle; RtGetLastError():
 *                   0                           the semaphore is new
 *                   ERROR_ALREADY_EXISTS        it existed; count and maximum are unchanged
 * @retval NULL      nothing changed; RtGetLastError():
 *                   ERROR_INVALID_PARAMETER     lInitialCount is negative or above lMaximumCount, or lMaximumCount is
 *                                               below 1, whether or not the semaphore exists
 *                   ERROR_INVALID_HANDLE        the name belongs to another kind of object
 *                   ERROR_INVALID_NAME          backslash in the name, or not valid text
 *                   ERROR_FILENAME_EXCED_RANGE  name longer than 259 bytes of UTF-8
 *                   ERROR_NO_SYSTEM_RESOURCES, ERROR_NOT_ENOUGH_MEMORY, ERROR_ACCESS_DENIED, ERROR_REVISION_MISMATCH,
 *                   ERROR_FILE_CORRUPT          the namespace cannot be used; see "Errors" in rtapi.h
 *
 * Blocking: only for the library's own short locks; a process's first call maps the namespace and starts a thread.
 * Allocates: in the first call of a process or thread only. Any thread. Not for signal handlers.
 * Rule: RTX documentation; the code for bad counts is Win32's, those for names are this library's choice.
 */
HANDLE RtCreateSemaphoreA(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes, LONG lInitialCount, LONG lMaximumCount,
                          LPCSTR lpName);
/** RtCreateSemaphoreA with a wide name. */
HANDLE RtCreateSemaphoreW(LPSECURITY_ATTRIBUTES lpSemaphoreAttributes, LONG lInitialCount, LONG lMaximumCount,
                          LPCWSTR lpName) RTSS_WIDE(RtCreateSemaphoreW);

/** Opens a named semaphore that some process has created.
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
 *                   ERROR_INVALID_NAME, ERROR_FILENAME_EXCED_RANGE and the namespace's codes as in RtCreateSemaphoreA
 *
 * Blocking, allocation, threads: as RtCreateSemaphoreA.
 * Rule: RTX documentation; the codes are Win32's.
 */
HANDLE RtOpenSemaphoreA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName);
/** RtOpenSemaphoreA with a wide name. */
HANDLE RtOpenSemaphoreW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName) RTSS_WIDE(RtOpenSemaphoreW);

/** Adds units to a semaphore; all of them or none.
 *
 * Units go straight to waiters, highest level first and the longest waiting among equals; the rest stays in the count.
 * What the caller wrote before is visible to the threads that take the units.
 *
 * @param hSemaphore       handle to a semaphore
 * @param lReleaseCount    units to add, 1 to 2^31 - 1
 * @param lpPreviousCount  receives the count before the call, 32 bits; NULL is allowed
 *
 * @retval TRUE   added
 * @retval FALSE  nothing changed and *lpPreviousCount is not written; RtGetLastError():
 *                ERROR_TOO_MANY_POSTS     the count would exceed the maximum
 *                ERROR_INVALID_PARAMETER  lReleaseCount is 0 or negative
 *                ERROR_INVALID_HANDLE     not a semaphore handle of this process
 *                ERROR_FILE_CORRUPT       the namespace's contents contradict themselves
 *
 * Without waiters it makes no system call. Blocking: only for the library's own short locks. Allocates: no.
 * Any thread. Not for signal handlers.
 * Rule: RTX documentation; the codes and the untouched *lpPreviousCount are Win32's.
 */
BOOL RtReleaseSemaphore(HANDLE hSemaphore, LONG lReleaseCount, LPLONG lpPreviousCount);

/** What RtssQuerySemaphore reports: a snapshot, out of date as soon as it is taken. */
typedef struct _RTSS_SEMAPHORE_STATE {
  DWORD Size;        /**< sizeof(RTSS_SEMAPHORE_STATE), set by the caller */
  LONG CurrentCount; /**< units that waits can take */
  LONG MaximumCount; /**< as it was created */
} RTSS_SEMAPHORE_STATE, *PRTSS_SEMAPHORE_STATE;

/** Looks at a semaphore without taking a unit.
 *
 * @param hSemaphore  handle to a semaphore
 * @param pState      its Size must be set; the rest is written
 *
 * @retval TRUE   *pState is filled
 * @retval FALSE  *pState is as it was; RtGetLastError():
 *                ERROR_INVALID_PARAMETER  pState is NULL, or its Size is not sizeof(RTSS_SEMAPHORE_STATE)
 *                ERROR_INVALID_HANDLE     not a semaphore handle of this process
 *
 * Blocking: only for the library's own short locks. Allocates: no. Any thread. Not for signal handlers.
 * Rule: this library's addition to RTX.
 */
BOOL RtssQuerySemaphore(HANDLE hSemaphore, PRTSS_SEMAPHORE_STATE pState);

#ifdef UNICODE
#define RtCreateSemaphore RtCreateSemaphoreW
#define RtOpenSemaphore RtOpenSemaphoreW
#else
#define RtCreateSemaphore RtCreateSemaphoreA
#define RtOpenSemaphore RtOpenSemaphoreA
#endif

RTSS_END_DECLS

#endif
