/** @file
 * Timers: each calls a routine in a thread of its own, at its own level.
 */
#ifndef RTSS_RTAPI_TIMER_H
#define RTSS_RTAPI_TIMER_H

#include <rtapi/clock.h>
#include <rtapi/types.h>

RTSS_BEGIN_DECLS

/** What a timer calls. It may call anything, its own timer's functions included. When it ends its thread
 * (RtExitThread), the timer calls nothing any more and is still to be deleted. */
typedef VOID(RTFCNDCL* PRT_TIMER_ROUTINE)(PVOID context);

/** Creates a timer and its thread. It expires once it is set.
 *
 * @param pThreadAttributes  ignored
 * @param StackSize          bytes of stack for the routine; 0 is the program's usual size, less than the system's
 *                           minimum is that minimum
 * @param Routine            called at each expiry
 * @param Context            handed to it
 * @param Priority           level of the thread, RT_PRIORITY_MIN (0) to RT_PRIORITY_MAX (127)
 * @param Clock              CLOCK_1 to CLOCK_4 or CLOCK_FASTEST: what absolute times are read on
 *
 * @retval non-NULL  a handle. A wait on it never ends: it is not signaled by expiries. It ends, with the timer, by
 *                   RtDeleteTimer or RtCloseHandle. The last error is 0.
 * @retval NULL      nothing changed; RtGetLastError():
 *                   ERROR_INVALID_PARAMETER   Routine is NULL, no such clock, or Priority out of range
 *                   ERROR_NOT_ENOUGH_MEMORY   no thread or no stack to be had
 *                   ERROR_PRIVILEGE_NOT_HELD  Linux refused real-time scheduling and RTSS_REALTIME=require is set
 *                   the codes for an unusable namespace, see "Errors" in rtapi.h
 *
 * Blocking: starts a thread, not for real-time paths. Allocates: yes. Any thread. Not for signal handlers.
 * Rule: RTX documentation, except that RTX timers cannot be waited on.
 */
HANDLE RtCreateTimer(PSECURITY_ATTRIBUTES pThreadAttributes, ULONG StackSize, PRT_TIMER_ROUTINE Routine, PVOID Context,
                     ULONG Priority, CLOCK Clock);

/** RtCreateTimer with the processors that the routine may run on.
 *
 * @param pThreadAttributes, StackSize, Routine, Context, Priority, Clock  as in RtCreateTimer
 * @param ProcessorEnableMask  bit n is processor n; 0 or all bits: the creator's processors
 *
 * Further failure: ERROR_INVALID_PARAMETER when the mask holds no processor of this machine that the process may use.
 * Rule: RTX documentation.
 */
HANDLE RtCreateTimerEx(PSECURITY_ATTRIBUTES pThreadAttributes, ULONG StackSize, PRT_TIMER_ROUTINE Routine,
                       PVOID Context, ULONG Priority, CLOCK Clock, KAFFINITY ProcessorEnableMask);

/** Sets a timer, whether or not it was set before.
 *
 * The n-th expiry is due at exactly expiration + n * interval on CLOCK_MONOTONIC and never comes earlier; lateness
 * does not add up. Expiries that fall due while the routine still runs are one call. Setting the machine's clock moves
 * nothing that is set already.
 *
 * @param hTimer       handle from RtCreateTimer
 * @param pExpiration  units of 100 ns: positive or 0 is a time on the timer's clock (in the past: at once), negative is
 *                     relative to now
 * @param pInterval    units of 100 ns between expiries; NULL or 0: it expires once
 *
 * @retval TRUE   set
 * @retval FALSE  nothing changed; RtGetLastError():
 *                ERROR_INVALID_HANDLE     not a handle of this process to a timer
 *                ERROR_INVALID_PARAMETER  pExpiration is NULL, or the interval is negative
 *
 * Blocking: only for the library's own short locks. Allocates: no. Any thread, the routine included.
 * Not for signal handlers.
 * Rule: RTX documentation; that a set timer may be set again is this library's choice, RTX rounds to its tick.
 */
BOOL RtSetTimer(HANDLE hTimer, PLARGE_INTEGER pExpiration, PLARGE_INTEGER pInterval);

/** RtSetTimer with a time from now.
 *
 * @param hTimer       handle from RtCreateTimer
 * @param pExpiration  units of 100 ns from now, not negative; 0: at once
 * @param pInterval    as in RtSetTimer
 *
 * Further failure: ERROR_INVALID_PARAMETER when *pExpiration is negative. All else as RtSetTimer.
 * Rule: RTX documentation.
 */
BOOL RtSetTimerRelative(HANDLE hTimer, PLARGE_INTEGER pExpiration, PLARGE_INTEGER pInterval);

/** Unsets a timer. A call of its routine that has begun goes on; none begins after this returns.
 *
 * @param hTimer          handle from RtCreateTimer
 * @param pTimeRemaining  receives the units of 100 ns that were left to the next expiry, 0 when the timer was not set;
 *                        may be NULL
 *
 * @retval TRUE   not set any more; also when it was not set
 * @retval FALSE  nothing changed; RtGetLastError():
 *                ERROR_INVALID_HANDLE  not a handle of this process to a timer
 *
 * Blocking, allocation, threads: as RtSetTimer.
 * Rule: RTX headers; the meaning is this library's choice.
 */
BOOL RtCancelTimer(HANDLE hTimer, PLARGE_INTEGER pTimeRemaining);

/** Reports how long a timer has to go.
 *
 * @param hTimer          handle from RtCreateTimer
 * @param pTimeRemaining  receives the units of 100 ns left to the next expiry, 0 when the timer is not set
 *
 * @retval TRUE   *pTimeRemaining is filled in
 * @retval FALSE  RtGetLastError():
 *                ERROR_INVALID_HANDLE     not a handle of this process to a timer
 *                ERROR_INVALID_PARAMETER  pTimeRemaining is NULL
 *
 * Blocking, allocation, threads: as RtSetTimer.
 * Rule: RTX documentation.
 */
BOOL RtGetTimer(HANDLE hTimer, PLARGE_INTEGER pTimeRemaining);

/** Ends a timer, its thread and its handle. RtCloseHandle does the same.
 *
 * No call of the routine begins after this returns. One under way is waited for, so that its context may be freed:
 * unless this is called from the routine itself, or the routine blocks in a wait, or does not end within 100 ms.
 *
 * @param hTimer  handle from RtCreateTimer
 *
 * @retval TRUE   ended
 * @retval FALSE  nothing changed; RtGetLastError():
 *                ERROR_INVALID_HANDLE  not a handle of this process to a timer; deleted or closed before
 *
 * Blocking: yes, see above. Allocates: no. Any thread, the routine included. Not for signal handlers.
 * Rule: RTX headers; the meaning is this library's choice.
 */
BOOL RtDeleteTimer(HANDLE hTimer);

/** How a timer has fared, see RtssQueryTimer. */
typedef struct _RTSS_TIMER_STATE {
  DWORD Size;         /**< sizeof(RTSS_TIMER_STATE), set by the caller */
  BOOL Set;           /**< it will expire */
  ULONGLONG Expiries; /**< calls of the routine that have begun */
  ULONGLONG Overruns; /**< periods that passed while an earlier call was still running or late, and got none */
} RTSS_TIMER_STATE, *PRTSS_TIMER_STATE;

/** Reports how a timer has fared.
 *
 * @param hTimer  handle from RtCreateTimer
 * @param pState  receives the answer; its Size member is set by the caller
 *
 * @retval TRUE   *pState is filled in
 * @retval FALSE  nothing changed; RtGetLastError():
 *                ERROR_INVALID_HANDLE     not a handle of this process to a timer
 *                ERROR_INVALID_PARAMETER  pState is NULL or its Size is another
 *
 * Blocking, allocation, threads: as RtSetTimer.
 * Rule: an addition.
 */
BOOL RtssQueryTimer(HANDLE hTimer, PRTSS_TIMER_STATE pState);

/** Called when a waitable timer is due; never, here. */
typedef VOID(RTFCNDCL* PTIMERAPCROUTINE)(LPVOID argument, DWORD low, DWORD high);

/** @name Waitable timers
 * Refused: they return NULL or FALSE and leave ERROR_NOT_SUPPORTED. Use RtCreateTimer with a routine that sets an
 * event.
 * @{ */
/** Refused, as said above. */
HANDLE RtCreateWaitableTimerA(LPSECURITY_ATTRIBUTES lpTimerAttributes, BOOL bManualReset, LPCSTR lpTimerName);
HANDLE RtCreateWaitableTimerW(LPSECURITY_ATTRIBUTES lpTimerAttributes, BOOL bManualReset, LPCWSTR lpTimerName)
    RTSS_WIDE(RtCreateWaitableTimerW);
HANDLE RtOpenWaitableTimerA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpTimerName);
HANDLE RtOpenWaitableTimerW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpTimerName)
    RTSS_WIDE(RtOpenWaitableTimerW);
BOOL RtSetWaitableTimer(HANDLE hTimer, CONST LARGE_INTEGER* pDueTime, LONG lPeriod, PTIMERAPCROUTINE pRoutine,
                        LPVOID pArgument, BOOL fResume);
BOOL RtCancelWaitableTimer(HANDLE hTimer);
/** @} */

RTSS_END_DECLS

#ifdef UNICODE
#define RtCreateWaitableTimer RtCreateWaitableTimerW
#define RtOpenWaitableTimer RtOpenWaitableTimerW
#else
#define RtCreateWaitableTimer RtCreateWaitableTimerA
#define RtOpenWaitableTimer RtOpenWaitableTimerA
#endif

#endif
