/** @file
 * Calendar time. FILETIME counts 100 ns since 1601-01-01 UTC.
 */
#ifndef RTAPI_COMPAT_TIME_H
#define RTAPI_COMPAT_TIME_H

#include <time.h>

#include "rtapi_compat/types.h"

typedef struct _SYSTEMTIME {
  WORD wYear, wMonth, wDayOfWeek, wDay, wHour, wMinute, wSecond, wMilliseconds;
} SYSTEMTIME, *PSYSTEMTIME, *LPSYSTEMTIME;

#define RTAPI_COMPAT_EPOCH_SECONDS 11644473600LL /* from 1601 to 1970 */

static inline SYSTEMTIME rtapi_compat_system_time(const struct tm* parts, long nanoseconds) {
  SYSTEMTIME result;
  result.wYear = (WORD)(parts->tm_year + 1900);
  result.wMonth = (WORD)(parts->tm_mon + 1);
  result.wDayOfWeek = (WORD)parts->tm_wday;
  result.wDay = (WORD)parts->tm_mday;
  result.wHour = (WORD)parts->tm_hour;
  result.wMinute = (WORD)parts->tm_min;
  result.wSecond = (WORD)parts->tm_sec;
  result.wMilliseconds = (WORD)(nanoseconds / 1000000);
  return result;
}
static inline VOID GetLocalTime(LPSYSTEMTIME lpSystemTime) {
  struct timespec now;
  struct tm parts;
  clock_gettime(CLOCK_REALTIME, &now);
  localtime_r(&now.tv_sec, &parts);
  *lpSystemTime = rtapi_compat_system_time(&parts, now.tv_nsec);
}
static inline VOID GetSystemTime(LPSYSTEMTIME lpSystemTime) {
  struct timespec now;
  struct tm parts;
  clock_gettime(CLOCK_REALTIME, &now);
  gmtime_r(&now.tv_sec, &parts);
  *lpSystemTime = rtapi_compat_system_time(&parts, now.tv_nsec);
}
static inline VOID GetSystemTimeAsFileTime(LPFILETIME lpFileTime) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  const ULONGLONG ticks =
      (ULONGLONG)(now.tv_sec + RTAPI_COMPAT_EPOCH_SECONDS) * 10000000u + (ULONGLONG)now.tv_nsec / 100u;
  lpFileTime->dwLowDateTime = (DWORD)ticks;
  lpFileTime->dwHighDateTime = (DWORD)(ticks >> 32);
}
static inline BOOL FileTimeToSystemTime(CONST FILETIME* lpFileTime, LPSYSTEMTIME lpSystemTime) {
  const ULONGLONG ticks = ((ULONGLONG)lpFileTime->dwHighDateTime << 32) | lpFileTime->dwLowDateTime;
  const time_t seconds = (time_t)(ticks / 10000000u) - RTAPI_COMPAT_EPOCH_SECONDS;
  struct tm parts;
  if (ticks > (ULONGLONG)MAXLONGLONG || gmtime_r(&seconds, &parts) == NULL) {
    SetLastError(ERROR_INVALID_PARAMETER);
    return FALSE;
  }
  *lpSystemTime = rtapi_compat_system_time(&parts, (long)(ticks % 10000000u) * 100);
  return TRUE;
}
static inline ULONGLONG GetTickCount64(VOID) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (ULONGLONG)now.tv_sec * 1000u + (ULONGLONG)now.tv_nsec / 1000000u;
}
static inline DWORD GetTickCount(VOID) { return (DWORD)GetTickCount64(); }

#endif
