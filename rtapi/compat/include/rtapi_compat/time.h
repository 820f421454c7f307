/** @file
 * Calendar time. FILETIME counts 100 ns since 1601-01-01 UTC.
 */
#ifndef RTAPI_COMPAT_TIME_H
#define RTAPI_COMPAT_TIME_H

#include <errno.h>
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
/* Days since 1970-01-01 of a date in the Gregorian calendar. */
static inline long long rtapi_compat_days(int year, int month, int day) {
  const long long y = year - (month <= 2), era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 +
         day - 1 - 719468;
}
static inline BOOL SystemTimeToFileTime(CONST SYSTEMTIME* t, LPFILETIME lpFileTime) {
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const int leap = t->wYear % 4 == 0 && (t->wYear % 100 != 0 || t->wYear % 400 == 0);
  if (t->wYear < 1601 || t->wYear > 30827 || t->wMonth < 1 || t->wMonth > 12 || t->wDay < 1 ||
      t->wDay > days[t->wMonth - 1] + (leap && t->wMonth == 2) || t->wHour > 23 || t->wMinute > 59 || t->wSecond > 59 ||
      t->wMilliseconds > 999) {
    SetLastError(ERROR_INVALID_PARAMETER);
    return FALSE;
  }
  const ULONGLONG seconds =
      (ULONGLONG)(rtapi_compat_days(t->wYear, t->wMonth, t->wDay) * 86400 + RTAPI_COMPAT_EPOCH_SECONDS) +
      t->wHour * 3600u + t->wMinute * 60u + t->wSecond;
  const ULONGLONG ticks = seconds * 10000000u + t->wMilliseconds * 10000u;
  lpFileTime->dwLowDateTime = (DWORD)ticks;
  lpFileTime->dwHighDateTime = (DWORD)(ticks >> 32);
  return TRUE;
}
static inline LONG CompareFileTime(CONST FILETIME* left, CONST FILETIME* right) {
  const ULONGLONG l = ((ULONGLONG)left->dwHighDateTime << 32) | left->dwLowDateTime;
  const ULONGLONG r = ((ULONGLONG)right->dwHighDateTime << 32) | right->dwLowDateTime;
  return l < r ? -1 : l > r;
}
/* The machine's clock belongs to its administrator: ERROR_PRIVILEGE_NOT_HELD, as Windows says to other users. */
static inline BOOL SetLocalTime(CONST SYSTEMTIME* time) {
  (void)time;
  SetLastError(ERROR_PRIVILEGE_NOT_HELD);
  return FALSE;
}
static inline BOOL SetSystemTime(CONST SYSTEMTIME* time) { return SetLocalTime(time); }

/* MSVC's forms, which differ from C11's by order and result. */
static inline int localtime_s(struct tm* result, const time_t* time) {
  return time != NULL && result != NULL && localtime_r(time, result) != NULL ? 0 : (errno = EINVAL);
}
static inline int gmtime_s(struct tm* result, const time_t* time) {
  return time != NULL && result != NULL && gmtime_r(time, result) != NULL ? 0 : (errno = EINVAL);
}
static inline int asctime_s(char* buffer, size_t size, const struct tm* time) {
  if (buffer == NULL || size == 0) return errno = EINVAL;
  buffer[0] = '\0';
  if (time == NULL || size < 26) return errno = EINVAL;
  return asctime_r(time, buffer) != NULL ? 0 : (errno = EINVAL);
}
static inline int ctime_s(char* buffer, size_t size, const time_t* time) {
  struct tm parts;
  const int failed = localtime_s(&parts, time);
  return failed != 0 ? failed : asctime_s(buffer, size, &parts);
}
#define _time64(result) time(result)
#define __time64_t time_t

static inline ULONGLONG GetTickCount64(VOID) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (ULONGLONG)now.tv_sec * 1000u + (ULONGLONG)now.tv_nsec / 1000000u;
}
static inline DWORD GetTickCount(VOID) { return (DWORD)GetTickCount64(); }

#endif
