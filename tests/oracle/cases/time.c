/* Calendar time. */
#include "oracle.h"

static void tell(const char* name, ULONGLONG units) {
  FILETIME time = {(DWORD)units, (DWORD)(units >> 32)};
  SYSTEMTIME date;
  memset(&date, 0, sizeof date);
  SetLastError(0);
  const int result = FileTimeToSystemTime(&time, &date);
  char text[80];
  sprintf(text, "%d-%d-%d %d:%d:%d.%d day %d", date.wYear, date.wMonth, date.wDay, date.wHour, date.wMinute,
          date.wSecond, date.wMilliseconds, date.wDayOfWeek);
  answer("FileTimeToSystemTime", name, "%d error %d %s", result, (int)GetLastError(), text);
}
static void tell_back(WORD year, WORD month, WORD day, WORD hour) {
  SYSTEMTIME date;
  FILETIME time = {0, 0};
  char name[64];
  memset(&date, 0, sizeof date);
  date.wYear = year, date.wMonth = month, date.wDay = day, date.wHour = hour;
  SetLastError(0);
  const int result = SystemTimeToFileTime(&date, &time);
  sprintf(name, "%d-%d-%d %d h", year, month, day, hour);
  answer("SystemTimeToFileTime", name, "%d error %d %x %x", result, (int)GetLastError(), (unsigned)time.dwHighDateTime,
         (unsigned)time.dwLowDateTime);
}

void time_cases(void) {
  tell("0", 0);
  tell("1970", 116444736000000000ULL);
  tell("2000-02-29", 125963424000000000ULL);
  tell("2024-12-31 end", 133801631999990000ULL);
  tell("half a second", 116444736005000000ULL);
  tell("too late", 0x8000000000000000ULL);
  tell_back(1601, 1, 1, 0);
  tell_back(1600, 1, 1, 0);
  tell_back(1970, 1, 1, 0);
  tell_back(2000, 2, 29, 23);
  tell_back(2001, 2, 29, 0);
  tell_back(2024, 13, 1, 0);
  tell_back(2024, 0, 1, 0);
  tell_back(2024, 4, 31, 0);
  tell_back(2024, 6, 15, 24);
}
