/** @file
 * Formatted output by the rules of the Microsoft C library, text to number, and trace points.
 */
#ifndef RTSS_RTAPI_CONSOLE_H
#define RTSS_RTAPI_CONSOLE_H

#include <rtapi/types.h>
#include <stdarg.h>

RTSS_BEGIN_DECLS

/** Prints to standard output, at once.
 *
 * The format is that of the Microsoft C library: l before d, i, o, u, x and X means 32 bits; I64 and ll mean 64, I32
 * 32, I the size of a pointer; L before a, e, f and g is a double, as a long double is there; %ws, %ls and %S are
 * wide text, %hs is narrow, %C is a wide character; %p is 16 digits.
 * Wide text is the compiler's wchar_t, UTF-16 or UTF-32, and comes out as UTF-8; what is not valid in it comes out as
 * U+FFFD. Narrow text is passed on as it is. A null pointer to text prints as (null). %n prints and stores nothing.
 *
 * @param lpFormat  the format, followed by what it names
 *
 * @return number of bytes printed, or -1 when lpFormat is NULL or standard output fails
 *
 * The text of one call is not mixed with that of others, nor with printf's.
 * Blocking: on standard output. Allocates: as printf does. Any thread. Not for signal handlers.
 * Rule: RTX documentation; Microsoft C library.
 */
int RtPrintf(LPCSTR lpFormat, ...) RTSS_WIDE(RtPrintf);

/** RtPrintf with a wide format, in which %s and %c are wide and %S and %C narrow. The output is UTF-8. */
int RtWprintf(LPCWSTR lpFormat, ...) RTSS_WIDE(RtWprintf);

/** RtPrintf into memory.
 *
 * @param pBuffer   receives the text, cut off if need be, and its terminator; may be NULL when Capacity is 0
 * @param Capacity  bytes that it holds
 * @param lpFormat  as RtPrintf
 * @param Arguments what it names
 *
 * @return number of bytes of the whole text, as vsnprintf; -1 when lpFormat is NULL
 *
 * Blocking: no. Allocates: as snprintf does. Any thread. Not for signal handlers.
 * Rule: an addition.
 */
int RtssVsnprintf(LPSTR pBuffer, SIZE_T Capacity, LPCSTR lpFormat, va_list Arguments) RTSS_WIDE(RtssVsnprintf);

/** RtWprintf into memory: RtssVsnprintf in wide characters instead of bytes. */
int RtssVsnwprintf(LPWSTR pBuffer, SIZE_T Capacity, LPCWSTR lpFormat, va_list Arguments) RTSS_WIDE(RtssVsnwprintf);

/** Chooses how the process prints what the Microsoft C libraries print in two ways.
 *
 * @param bMsvcrt  TRUE: as msvcrt.dll, exponents of three digits or more, 1.\#INF, -1.\#IND and 1.\#QNAN; FALSE: as
 *                 ucrtbase.dll, exponents of two digits or more, inf, -nan(ind) and nan. FALSE at first.
 *
 * Cannot fail. Safe in signal handlers. Rule: an addition.
 */
VOID RtssPrintAsMsvcrt(BOOL bMsvcrt);

/** Returns the decimal number that a text begins with, after blanks and a sign; 0 when there is none or lpText is NULL.
 * What does not fit becomes the largest or smallest number. Safe in signal handlers. */
INT RtAtoi(LPCSTR lpText);
/** RtAtoi for wide text. */
INT RtWtoi(LPCWSTR lpText) RTSS_WIDE(RtWtoi);

/** For RtGetStdHandle. */
#define STD_INPUT_HANDLE ((DWORD)-10)
#define STD_OUTPUT_HANDLE ((DWORD)-11)
#define STD_ERROR_HANDLE ((DWORD)-12)

/** Returns a value for RtWriteConsole; NULL and ERROR_INVALID_HANDLE unless nStdHandle is one of the three above. */
HANDLE RtGetStdHandle(DWORD nStdHandle);

/** Writes bytes to standard output or standard error.
 *
 * @param hConsole   from RtGetStdHandle, for output or error
 * @param lpBuffer   bytes
 * @param nBytes     how many
 * @param lpWritten  receives how many were written; may be NULL
 * @param lpReserved ignored
 *
 * @retval TRUE   written
 * @retval FALSE  RtGetLastError():
 *                ERROR_INVALID_HANDLE     not one of those two
 *                ERROR_INVALID_PARAMETER  lpBuffer is NULL
 *                ERROR_ACCESS_DENIED      it could not be written
 *
 * Blocking: on what is written to. Allocates: no. Any thread. Not for signal handlers.
 * Rule: Win32.
 */
BOOL RtWriteConsoleA(HANDLE hConsole, CONST VOID* lpBuffer, DWORD nBytes, LPDWORD lpWritten, LPVOID lpReserved);
#define RtWriteConsole RtWriteConsoleA

/** Largest kind of a trace event, and most bytes that one holds. */
#define RTSS_TRACE_KIND_MAX 102u
#define RTSS_TRACE_BYTES_MAX 500u

/** Marks a point for a monitor. There is none: nothing is recorded.
 *
 * @retval TRUE   the arguments were good
 * @retval FALSE  RtGetLastError():
 *                ERROR_INVALID_FUNCTION   Kind is above RTSS_TRACE_KIND_MAX
 *                ERROR_BUFFER_OVERFLOW    Size is above RTSS_TRACE_BYTES_MAX
 *                ERROR_INVALID_PARAMETER  pData is NULL and Size is not 0
 *
 * Rule: RTX documentation for the codes.
 */
BOOL RtGenerateEvent(ULONG Kind, PVOID pData, ULONG Size);
/** RtGenerateEvent by its older name. */
BOOL RtTraceEvent(ULONG Kind, PVOID pData, ULONG Size);

/** Operations of RTX64's monitor. */
typedef enum _RTX64_MONITOR_CONTROL_OP {
  MONITOR_CONTROL_RESERVED = 0,
  MONITOR_CONTROL_START,
  MONITOR_CONTROL_PAUSE,
  MONITOR_CONTROL_RESUME,
  MONITOR_CONTROL_STOP,
  MONITOR_CONTROL_ENABLE_EVENTS,
  MONITOR_CONTROL_DISABLE_EVENTS,
  MONITOR_CONTROL_SET_EVENT_TRIGGERS,
  MONITOR_CONTROL_RESET_EVENT_TRIGGERS,
  MONITOR_CONTROL_SET_CUSTOM_EVENT_TRIGGERS,
  MONITOR_CONTROL_RESET_CUSTOM_EVENT_TRIGGERS,
  MONITOR_CONTROL_ENABLE_COMPONENTS,
  MONITOR_CONTROL_GET_ENABLED_COMPONENTS,
  MONITOR_CONTROL_GET_PRETRIGGER_EVENTS_TO_SAVE,
  MONITOR_CONTROL_SET_PRETRIGGER_EVENTS_TO_SAVE,
  MONITOR_CONTROL_GET_MAX_EVENTS_IN_SESSION,
  MONITOR_CONTROL_SET_MAX_EVENTS_IN_SESSION
} RTX64_MONITOR_CONTROL_OP;

/** @name Monitor
 * Refused: they return FALSE and leave ERROR_NOT_SUPPORTED.
 * @{ */
/** Refused, as said above. */
BOOL RtMonitorControl(RTX64_MONITOR_CONTROL_OP Operation, void* pData, size_t Size);
BOOL RtMonitorChangeState(RTX64_MONITOR_CONTROL_OP State);
/** @} */

RTSS_END_DECLS

#endif
