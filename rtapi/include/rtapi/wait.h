/** @file
 * Waits on one object or on many. Waiters are served highest level first, the longest waiting among equals.
 */
#ifndef RTSS_RTAPI_WAIT_H
#define RTSS_RTAPI_WAIT_H

#include <rtapi/types.h>

RTSS_BEGIN_DECLS

/** Waits until an object is signaled, then takes it.
 *
 * A mutex is signaled while it is free or owned by the calling thread, an event while it is set, a semaphore while its
 * count is above 0, a thread or process once it has ended, a timer never. The pseudo-handles of the calling thread and
 * process are not signaled while it waits. While the caller is blocked on a mutex it lends its level to the owner.
 *
 * @param hHandle         handle to a mutex, event, semaphore, thread, process or timer, or one of those pseudo-handles
 * @param dwMilliseconds  milliseconds on CLOCK_MONOTONIC, never cut short; 0 polls; INFINITE never expires; every other
 *                        value is that many milliseconds
 *
 * @retval WAIT_OBJECT_0   taken (mutex: owned, recursion +1; auto-reset event: cleared; semaphore: count -1;
 *                         manual-reset event: unchanged)
 * @retval WAIT_ABANDONED  mutex taken, recursion 1; its last owner ended while owning it, so what it protects may be
 *                         half changed. Release it as usual; the next wait does not see this again.
 * @retval WAIT_TIMEOUT    not signaled in time; nothing changed, the last error is as it was
 * @retval WAIT_FAILED     nothing changed; RtGetLastError():
 *                         ERROR_INVALID_HANDLE         not a waitable handle of this process
 *                         ERROR_MUTANT_LIMIT_EXCEEDED  the caller has taken this mutex 2^31 - 1 times
 *                         ERROR_NO_SYSTEM_RESOURCES    the namespace has no record left for this thread
 *                         ERROR_FILE_CORRUPT           the namespace's contents contradict themselves
 *
 * A process that is stopped (SIGSTOP, a debugger) in the middle of an operation on the object keeps others from it. A
 * wait that needs it then ends with WAIT_TIMEOUT, at most 250 ms after its time-out to queue and as long to leave. A
 * thread whose last wait ended so stays queued there: its further waits take what is free, but one that would block
 * ends with WAIT_TIMEOUT, or does not begin, until the process goes on or dies.
 * A wait that was satisfied wins over a time-out at the same moment. Signals do not end a wait or change its deadline.
 * What happened before the matching release or set happens before this returns.
 * Blocking: yes, and a cancellation point while blocked. Allocates: in a thread's first call only. An object that is
 * free is taken without a system call, and the clock is read only by a wait that blocks. Any thread.
 * Not for signal handlers.
 * Rule: RTX documentation; which wait sees an abandoned mutex, and the codes, are Win32's.
 */
DWORD RtWaitForSingleObject(HANDLE hHandle, DWORD dwMilliseconds);

/** RtWaitForSingleObject with a finer time-out.
 *
 * @param hHandle    handle to a mutex, event, semaphore, thread, process or timer
 * @param lpTimeout  units of 100 ns on CLOCK_MONOTONIC, relative, unsigned, not rounded to any tick, never cut short;
 *                   0 polls; all 64 bits set (both halves INFINITE) never expires. A negative number is a huge one.
 *
 * @retval WAIT_OBJECT_0, WAIT_ABANDONED, WAIT_TIMEOUT  as RtWaitForSingleObject
 * @retval WAIT_FAILED  nothing changed; RtGetLastError():
 *                      ERROR_INVALID_PARAMETER  lpTimeout is NULL
 *                      the codes of RtWaitForSingleObject
 *
 * Order, blocking, allocation, threads: as RtWaitForSingleObject.
 * Rule: RTX documentation, except that time-outs there are rounded down to its timer period.
 */
DWORD RtWaitForSingleObjectEx(HANDLE hHandle, PULARGE_INTEGER lpTimeout);

/** Waits until one of several objects, or all of them at once, are signaled, then takes it or them.
 *
 * Wait-any takes the signaled object of the lowest index and touches no other. Wait-all takes nothing until all are
 * signaled at the same moment, and then all of them in one step; until then other threads may take any of them.
 *
 * @param dwCount         number of handles, 1 to MAX_WFMO
 * @param lpHandles       dwCount handles of the kinds that RtWaitForSingleObject takes, mixed as you like, without the
 *                        pseudo-handles. Wait-any: an object may occur more than once. Wait-all: it may not, not even
 *                        by two handles.
 * @param bWaitAll        0: wait-any; otherwise wait-all
 * @param dwMilliseconds  as in RtWaitForSingleObject
 *
 * @retval WAIT_OBJECT_0+i       wait-any: object i was taken
 * @retval WAIT_OBJECT_0         wait-all: all were taken
 * @retval WAIT_ABANDONED_0+i    wait-any: mutex i was taken and was abandoned
 * @retval WAIT_ABANDONED_0      wait-all: all were taken and at least one mutex among them was abandoned
 * @retval WAIT_TIMEOUT          not in time; nothing changed, the last error is as it was
 * @retval WAIT_FAILED           nothing changed, whatever else was signaled; RtGetLastError():
 *                               ERROR_INVALID_PARAMETER  dwCount is 0 or above MAX_WFMO, lpHandles is NULL, or wait-all
 *                                                        names an object twice
 *                               ERROR_INVALID_HANDLE     one of the handles is not a waitable handle of this process
 *                               the other codes of RtWaitForSingleObject
 *
 * Order, blocking, allocation, threads: as RtWaitForSingleObject.
 * Rule: RTX documentation; wait-all is an addition that follows Win32, where RTX demands FALSE; a repeated object in a
 * wait-any is allowed as in Win32.
 */
DWORD RtWaitForMultipleObjects(DWORD dwCount, CONST HANDLE* lpHandles, BOOL bWaitAll, DWORD dwMilliseconds);

/** RtWaitForMultipleObjects with a finer time-out.
 *
 * @param dwCount    number of handles, 1 to MAX_WFMO
 * @param lpHandles  as in RtWaitForMultipleObjects
 * @param bWaitAll   0: wait-any; otherwise wait-all
 * @param lpTimeout  as in RtWaitForSingleObjectEx
 *
 * @retval WAIT_OBJECT_0+i, WAIT_ABANDONED_0+i, WAIT_TIMEOUT  as RtWaitForMultipleObjects
 * @retval WAIT_FAILED  nothing changed; RtGetLastError():
 *                      ERROR_INVALID_PARAMETER  lpTimeout is NULL, or as in RtWaitForMultipleObjects
 *                      the other codes of RtWaitForMultipleObjects
 *
 * Order, blocking, allocation, threads: as RtWaitForSingleObject.
 * Rule: as RtWaitForMultipleObjects and RtWaitForSingleObjectEx.
 */
DWORD RtWaitForMultipleObjectsEx(DWORD dwCount, CONST HANDLE* lpHandles, BOOL bWaitAll, PULARGE_INTEGER lpTimeout);

RTSS_END_DECLS

#endif
