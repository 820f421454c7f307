/** @file
 * Clocks and sleeping. Times are in units of 100 ns.
 */
#ifndef RTSS_RTAPI_CLOCK_H
#define RTSS_RTAPI_CLOCK_H

#include <rtapi/types.h>

RTSS_BEGIN_DECLS

/** Names a clock.
 *
 * CLOCK_1 is the system's clock (CLOCK_REALTIME): it shows what the machine takes for the time of day and jumps when
 * that is set. The others are one clock, the same in every process of a namespace: it starts at the time of day and
 * never jumps (CLOCK_MONOTONIC) unless RtSetClockTime sets it. None has a tick.
 */
typedef ULONG CLOCK;
typedef CLOCK* PCLOCK;

#define CLOCK_1 1u
#define CLOCK_2 2u
#define CLOCK_3 3u
#define CLOCK_4 4u
#define CLOCK_SYSTEM CLOCK_1
#define CLOCK_FASTEST 0xFFFFu

/** Reads a clock.
 *
 * @param Clock  CLOCK_1 to CLOCK_4 or CLOCK_FASTEST
 * @param pTime  receives units of 100 ns since 1601-01-01 UTC
 *
 * @retval TRUE   *pTime is filled in
 * @retval FALSE  RtGetLastError():
 *                ERROR_INVALID_PARAMETER  no such clock, or pTime is NULL
 *                the codes for an unusable namespace, see "Errors" in rtapi.h (not for CLOCK_1)
 *
 * Blocking: no. Allocates: in a process's first call only. Any thread. Not for signal handlers.
 * Rule: RTX documentation.
 */
BOOL RtGetClockTime(CLOCK Clock, PLARGE_INTEGER pTime);

/** Sets a clock, for every process of the namespace.
 *
 * Timers, sleeps and time-outs that are under way are not disturbed.
 *
 * @param Clock  CLOCK_2, CLOCK_3, CLOCK_4 or CLOCK_FASTEST: they are one clock
 * @param pTime  units of 100 ns since 1601-01-01 UTC, not negative
 *
 * @retval TRUE   set
 * @retval FALSE  nothing changed; RtGetLastError():
 *                ERROR_NOT_SUPPORTED      CLOCK_1: the machine's clock is set by the machine's own means
 *                ERROR_INVALID_PARAMETER  no such clock, or pTime is NULL or negative
 *                the codes for an unusable namespace
 *
 * Blocking: no. Allocates: in a process's first call only. Any thread. Not for signal handlers.
 * Rule: RTX documentation; what CLOCK_1 does is this library's choice.
 */
BOOL RtSetClockTime(CLOCK Clock, PLARGE_INTEGER pTime);

/** Returns the resolution that RTX documents for a clock: 1 ms for CLOCK_1, 1 us for the others. Time is finer here.
 *
 * @param Clock        CLOCK_1 to CLOCK_4 or CLOCK_FASTEST
 * @param pResolution  receives 10000 or 10
 *
 * @retval TRUE   *pResolution is filled in
 * @retval FALSE  RtGetLastError(): ERROR_INVALID_PARAMETER  no such clock, or pResolution is NULL
 *
 * Blocking: no. Allocates: no. Any thread. Safe in signal handlers.
 * Rule: RTX documentation.
 */
BOOL RtGetClockResolution(CLOCK Clock, PLARGE_INTEGER pResolution);

/** Returns the period of RTX's timer tick, 100 us. There is no tick here: timers may be faster.
 *
 * @param Clock    CLOCK_1 to CLOCK_4 or CLOCK_FASTEST
 * @param pPeriod  receives 1000
 *
 * @retval TRUE   *pPeriod is filled in
 * @retval FALSE  RtGetLastError(): ERROR_INVALID_PARAMETER  no such clock, or pPeriod is NULL
 *
 * Blocking: no. Allocates: no. Any thread. Safe in signal handlers.
 * Rule: RTX documentation for the value.
 */
BOOL RtGetClockTimerPeriod(CLOCK Clock, PLARGE_INTEGER pPeriod);

/** Returns the time of CLOCK_1 as a FILETIME. Nothing happens when lpTime is NULL. */
VOID RtGetRtssTimeAsFileTime(LPFILETIME lpTime);

/** Refused: the machine's clock is set by the machine's own means. Leaves ERROR_NOT_SUPPORTED. */
VOID RtSetRtssTimeAsFileTime(LPFILETIME lpTime);

/** Reads a counter that never jumps, the same in every process.
 *
 * @param lpPerformanceCount  receives the count
 *
 * @retval TRUE   *lpPerformanceCount is filled in
 * @retval FALSE  RtGetLastError(): ERROR_INVALID_PARAMETER  lpPerformanceCount is NULL
 *
 * Blocking: no. Allocates: no. Any thread. Safe in signal handlers.
 * Rule: Win32.
 */
BOOL RtQueryPerformanceCounter(PLARGE_INTEGER lpPerformanceCount);

/** Returns the counts per second of RtQueryPerformanceCounter: 10,000,000.
 *
 * @param lpFrequency  receives the frequency
 *
 * @retval TRUE   *lpFrequency is filled in
 * @retval FALSE  RtGetLastError(): ERROR_INVALID_PARAMETER  lpFrequency is NULL
 *
 * Blocking: no. Allocates: no. Any thread. Safe in signal handlers.
 * Rule: Win32; the number is this library's choice.
 */
BOOL RtQueryPerformanceFrequency(PLARGE_INTEGER lpFrequency);

/** Sleeps, never too short.
 *
 * @param dwMilliseconds  milliseconds on CLOCK_MONOTONIC; 0 lets others of the same level run; INFINITE is for ever
 *
 * Cannot fail. Blocking: yes, and a cancellation point. Allocates: no. Any thread. Not for signal handlers.
 * Rule: Win32.
 */
VOID RtSleep(DWORD dwMilliseconds);

/** RtSleep; bAlertable is ignored, for nothing can be queued to a thread. Returns 0. */
DWORD RtSleepEx(DWORD dwMilliseconds, BOOL bAlertable);

/** Sleeps, never too short.
 *
 * @param pDuration  units of 100 ns on CLOCK_MONOTONIC; 0 lets others of the same level run. NULL and negative numbers
 *                   return at once and leave ERROR_INVALID_PARAMETER.
 *
 * Blocking: yes, and a cancellation point. Allocates: no. Any thread. Not for signal handlers.
 * Rule: RTX documentation, which allows at most a second and may return up to one tick early.
 */
VOID RtSleepFt(PLARGE_INTEGER pDuration);

/** RtSleepFt; bAlertable is ignored, for nothing can be queued to a thread. Returns 0. */
ULONG RtSleepFtEx(PLARGE_INTEGER pDuration, BOOL bAlertable);

RTSS_END_DECLS

#endif
