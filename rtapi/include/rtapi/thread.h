/** @file
 * The calling thread's level. RTX has 128 of them, 127 the highest; Linux runs them as SCHED_FIFO, where several share
 * a priority. Waiters are ordered by the level, all 128 distinct.
 */
#ifndef RTAPI_THREAD_H
#define RTAPI_THREAD_H

#include <rtapi/types.h>

#define RT_PRIORITY_MIN 0
#define RT_PRIORITY_MAX 127

/** What RtGetThreadPriority returns when it fails. */
#define THREAD_PRIORITY_ERROR_RETURN 0x7FFFFFFF

RTAPI_BEGIN_DECLS

/** Returns the pseudo-handle of the calling thread.
 *
 * @return the value -2, which names whichever thread uses it; closing it is neither needed nor possible
 *
 * Cannot fail. Blocking: no. Allocates: no. Any thread. Safe in signal handlers.
 * Rule: Win32.
 */
HANDLE RTAPI RtGetCurrentThread(VOID);

/** Sets the calling thread's own level.
 *
 * This is the level the thread has by itself and returns to when a level lent by waiters ends; such a loan goes on.
 * Raising takes effect at once. Lowering is put off while the thread owns a mutex.
 *
 * @param hThread    RtGetCurrentThread(); handles of other threads are not supported
 * @param nPriority  RT_PRIORITY_MIN (0) to RT_PRIORITY_MAX (127)
 *
 * @retval TRUE   set
 * @retval FALSE  nothing changed; RtGetLastError():
 *                ERROR_INVALID_HANDLE      hThread is anything but RtGetCurrentThread()
 *                ERROR_INVALID_PARAMETER   nPriority is out of range
 *                ERROR_PRIVILEGE_NOT_HELD  Linux refused real-time scheduling and RTSS_REALTIME=require is set
 *                the codes for an unusable namespace, see "Errors" in rtapi.h
 *
 * Blocking: only for the library's own short locks. Allocates: in a thread's first call only. Any thread.
 * Not for signal handlers.
 * Rule: RTX documentation; the codes are Win32's.
 */
BOOL RTAPI RtSetThreadPriority(HANDLE hThread, int nPriority);

/** Returns the calling thread's own level, without what waiters lend it.
 *
 * @param hThread  RtGetCurrentThread(); handles of other threads are not supported
 *
 * @return the level last set, 0 to 127; for a thread that never set one, the level that its Linux scheduling stands
 *         for, which is 0 outside SCHED_FIFO and SCHED_RR
 * @retval THREAD_PRIORITY_ERROR_RETURN  RtGetLastError():
 *                ERROR_INVALID_HANDLE  hThread is anything but RtGetCurrentThread()
 *                the codes for an unusable namespace, see "Errors" in rtapi.h
 *
 * Blocking: only for the library's own short locks. Allocates: in a thread's first call only. Any thread.
 * Not for signal handlers.
 * Rule: RTX documentation for the meaning of the level; the error value is Win32's.
 */
int RTAPI RtGetThreadPriority(HANDLE hThread);

RTAPI_END_DECLS

#endif
