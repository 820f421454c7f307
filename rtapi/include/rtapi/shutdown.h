/** @file
 * Notification that the process is to end.
 */
#ifndef RTSS_RTAPI_SHUTDOWN_H
#define RTSS_RTAPI_SHUTDOWN_H

#include <rtapi/types.h>

RTSS_BEGIN_DECLS

/** Why a shutdown handler is called. SIGTERM and SIGINT stand for the first, SIGPWR for the second; RTSS_SHUTDOWN in
 * the environment says otherwise, for example TERM=2,HUP=1,PWR=0: a signal of TERM, INT, PWR, HUP, USR1 and USR2, and
 * its reason, 0 for a signal that is to be left alone. */
#define RT_SHUTDOWN_OPERATOR_REQUEST 1
#define RT_SHUTDOWN_NT_SYSTEM_SHUTDOWN 2
#define RT_SHUTDOWN_NT_STOP 3
#define SHTDN_REASON_RTX_SYSTEM_SHUTDOWN RT_SHUTDOWN_OPERATOR_REQUEST
#define SHTDN_REASON_WINDOWS_SYSTEM_SHUTDOWN RT_SHUTDOWN_NT_SYSTEM_SHUTDOWN
#define SHTDN_REASON_WINDOWS_STOP RT_SHUTDOWN_NT_STOP

/** What is called when the process is to end. */
typedef VOID(RTFCNDCL* PRT_SHUTDOWN_ROUTINE)(PVOID context, LONG reason);

/** Has a routine called, in a thread of its own, when the process gets SIGTERM, SIGINT or SIGPWR, or another signal
 * that RTSS_SHUTDOWN names.
 *
 * It is called once. It does not end the process by itself: the routine does, or tells the program to. A second signal
 * acts as it would have without a handler, which is to end the process unless the program decided otherwise.
 *
 * @param pThreadAttributes  ignored
 * @param StackSize          bytes of stack for the routine; 0 is the program's usual size
 * @param Routine            called with Context and the reason that stands for the signal
 * @param Context            handed to it
 * @param Priority           level of the thread, RT_PRIORITY_MIN (0) to RT_PRIORITY_MAX (127)
 *
 * @retval non-NULL  a handle, for RtReleaseShutdownHandler or RtCloseHandle; the last error is 0
 * @retval NULL      nothing changed; RtGetLastError():
 *                   ERROR_BUSY                the process has a shutdown handler
 *                   ERROR_INVALID_PARAMETER   Routine is NULL, Priority out of range, or RTSS_SHUTDOWN not understood,
 *                                             which is said on standard error
 *                   ERROR_NOT_ENOUGH_MEMORY   no thread or no stack to be had
 *                   ERROR_PRIVILEGE_NOT_HELD  Linux refused real-time scheduling and RTSS_REALTIME=require is set
 *                   the codes for an unusable namespace, see "Errors" in rtapi.h
 *
 * Blocking: starts a thread, not for real-time paths. Allocates: yes. Any thread. Not for signal handlers.
 * Rule: RTX documentation, where the system ends the process after the routine; the codes are this library's choice.
 */
HANDLE RtAttachShutdownHandler(PSECURITY_ATTRIBUTES pThreadAttributes, ULONG StackSize, PRT_SHUTDOWN_ROUTINE Routine,
                               PVOID Context, ULONG Priority);

/** Takes the shutdown handler back: the signals act as they did before.
 *
 * @param hShutdown  handle from RtAttachShutdownHandler
 *
 * @retval TRUE   taken back; a call of the routine that has begun goes on
 * @retval FALSE  nothing changed; RtGetLastError():
 *                ERROR_INVALID_HANDLE  not the handle of this process's shutdown handler
 *
 * Blocking: only for the library's own short locks. Allocates: no. Any thread, the routine included.
 * Not for signal handlers.
 * Rule: RTX headers.
 */
BOOL RtReleaseShutdownHandler(HANDLE hShutdown);

RTSS_END_DECLS

#endif
