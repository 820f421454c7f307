/* The time of day from CLOCK_1, intervals from the fastest clock and the performance counter, libraries at run time. */
#include <RTAPI.h>
#include <conio.h>
#include <math.h>
#include <tchar.h>
#include <windows.h>

#include "expect.h"

typedef double (*COSINE)(double);

int main(void) {
  LARGE_INTEGER now, start, end, frequency, counted_from, counted_to, sleep;
  FILETIME file_time;
  SYSTEMTIME from_clock, utc, local;
  double by_clock, by_counter;
  HMODULE module;

  EXPECT(RtGetClockTime(CLOCK_1, &now));
  file_time.dwLowDateTime = now.LowPart;
  file_time.dwHighDateTime = (DWORD)now.HighPart;
  EXPECT(FileTimeToSystemTime(&file_time, &from_clock));
  GetSystemTime(&utc);
  GetLocalTime(&local);
  EXPECT(from_clock.wYear >= 2024 && local.wMonth >= 1 && local.wMonth <= 12);
  EXPECT(utc.wYear * 12 + utc.wMonth - (from_clock.wYear * 12 + from_clock.wMonth) <= 1);

  /* The counter's interval encloses the clock's. */
  sleep.QuadPart = 30000; /* 3 ms */
  QueryPerformanceFrequency(&frequency);
  QueryPerformanceCounter(&counted_from);
  EXPECT(RtGetClockTime(CLOCK_FASTEST, &start));
  RtSleepFt(&sleep);
  EXPECT(RtGetClockTime(CLOCK_FASTEST, &end));
  QueryPerformanceCounter(&counted_to);
  by_clock = (double)(end.QuadPart - start.QuadPart) / 1e7;
  by_counter = (double)(counted_to.QuadPart - counted_from.QuadPart) / (double)frequency.QuadPart;
  EXPECT(by_clock >= 0.003 && by_counter >= by_clock - 1e-6);

  EXPECT(LoadLibrary(TEXT(".\\missing.so")) == NULL && GetLastError() == ERROR_MOD_NOT_FOUND);
  module = LoadLibrary(TEXT("\\proc\\self\\exe")); /* found, but no library */
  EXPECT(module == NULL && strstr(dlerror(), "/proc/self/exe") != NULL);
  module = LoadLibrary(TEXT("libm.so.6"));
  EXPECT(module != NULL);
  EXPECT(((COSINE)GetProcAddress(module, "cos"))(0.0) == 1.0);
  EXPECT(GetProcAddress(module, "no such function") == NULL && FreeLibrary(module));
  EXPECT(_kbhit() == 0 || _kbhit() == 1);
  ALL_AS_EXPECTED();
  ExitProcess(0);
}
