/** @file
 * Events: a state that waits see (rtapi/wait.h). A manual-reset event stays set until it is reset; an auto-reset event
 * is cleared by the one wait that it satisfies. Setting does not count.
 */
#ifndef RTSS_RTAPI_EVENT_H
#define RTSS_RTAPI_EVENT_H

#include <rtapi/types.h>

RTSS_BEGIN_DECLS

/** Creates an event, or opens the one that already has this name.
 *
 * @param lpEventAttributes  ignored; NULL or any pointer
 * @param bManualReset       non-zero: manual-reset; 0: auto-reset. Ignored when the event existed.
 * @param bInitialState      non-zero: set from the start. Ignored when the event existed.
 * @param lpName             see "Strings" in rtapi.h; NULL or "" makes an unnamed event for this process alone
 *
 * @retval non-NULL  a new handle; RtGetLastError():
 *                   0                           the event is new
 *                   ERROR_ALREADY_EXISTS        it existed; kind and state are unchanged
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
HANDLE RtCreateEventA(LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset, BOOL bInitialState, LPCSTR lpName);
/** RtCreateEventA with a wide name. */
HANDLE RtCreateEventW(LPSECURITY_ATTRIBUTES lpEventAttributes, BOOL bManualReset, BOOL bInitialState, LPCWSTR lpName)
    RTSS_WIDE(RtCreateEventW);

/** Opens a named event that some process has created.
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
 *                   ERROR_INVALID_NAME, ERROR_FILENAME_EXCED_RANGE and the namespace's codes as in RtCreateEventA
 *
 * Blocking, allocation, threads: as RtCreateEventA.
 * Rule: RTX documentation; the codes are Win32's.
 */
HANDLE RtOpenEventA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName);
/** RtOpenEventA with a wide name. */
HANDLE RtOpenEventW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName) RTSS_WIDE(RtOpenEventW);

/** Sets an event.
 *
 * Manual-reset: every waiter leaves and the event stays set. Auto-reset: the waiter of the highest level, the longest
 * waiting among equals, leaves and the event ends clear; without waiters it stays set for exactly one wait. Setting a
 * set event changes nothing. What the caller wrote before is visible to the threads that leave.
 *
 * @param hEvent  handle to an event
 *
 * @retval TRUE   done
 * @retval FALSE  nothing changed; RtGetLastError():
 *                ERROR_INVALID_HANDLE  not an event handle of this process
 *                ERROR_FILE_CORRUPT    the namespace's contents contradict themselves
 *
 * Without waiters it makes no system call. Blocking: only for the library's own short locks. Allocates: no.
 * Any thread. Not for signal handlers.
 * Rule: RTX documentation; order and codes follow RTX mutexes and Win32.
 */
BOOL RtSetEvent(HANDLE hEvent);

/** Clears an event; a clear event stays so.
 *
 * @param hEvent  handle to an event
 *
 * @retval TRUE   the event is clear; threads already released by an earlier set are not called back
 * @retval FALSE  nothing changed; RtGetLastError():
 *                ERROR_INVALID_HANDLE  not an event handle of this process
 *                ERROR_FILE_CORRUPT    the namespace's contents contradict themselves
 *
 * Blocking: only for the library's own short locks. Allocates: no. Any thread. Not for signal handlers.
 * Rule: RTX documentation.
 */
BOOL RtResetEvent(HANDLE hEvent);

/** Releases threads that wait at this moment and leaves the event clear, in one step that no thread sees half done.
 *
 * Manual-reset: every thread waiting now leaves. Auto-reset: exactly one does. Without waiters the event just ends
 * clear, also if it was set. A wait-all leaves only if all its other objects are signaled at this moment.
 *
 * @param hEvent  handle to an event
 *
 * @retval TRUE   done, with or without waiters
 * @retval FALSE  nothing changed; RtGetLastError():
 *                ERROR_INVALID_HANDLE  not an event handle of this process
 *                ERROR_FILE_CORRUPT    the namespace's contents contradict themselves
 *
 * Blocking: only for the library's own short locks. Allocates: no. Any thread. Not for signal handlers.
 * Rule: RTX documentation; the behaviour towards wait-all is Win32's.
 */
BOOL RtPulseEvent(HANDLE hEvent);

/** What RtssQueryEvent reports: a snapshot, out of date as soon as it is taken. */
typedef struct _RTSS_EVENT_STATE {
  DWORD Size;       /**< sizeof(RTSS_EVENT_STATE), set by the caller */
  BOOL Signaled;    /**< set */
  BOOL ManualReset; /**< manual-reset rather than auto-reset */
} RTSS_EVENT_STATE, *PRTSS_EVENT_STATE;

/** Looks at an event without changing it.
 *
 * @param hEvent  handle to an event
 * @param pState  its Size must be set; the rest is written
 *
 * @retval TRUE   *pState is filled
 * @retval FALSE  *pState is as it was; RtGetLastError():
 *                ERROR_INVALID_PARAMETER  pState is NULL, or its Size is not sizeof(RTSS_EVENT_STATE)
 *                ERROR_INVALID_HANDLE     not an event handle of this process
 *
 * Blocking: only for the library's own short locks. Allocates: no. Any thread. Not for signal handlers.
 * Rule: this library's addition to RTX.
 */
BOOL RtssQueryEvent(HANDLE hEvent, PRTSS_EVENT_STATE pState);

#ifdef UNICODE
#define RtCreateEvent RtCreateEventW
#define RtOpenEvent RtOpenEventW
#else
#define RtCreateEvent RtCreateEventA
#define RtOpenEvent RtOpenEventA
#endif

RTSS_END_DECLS

#endif
