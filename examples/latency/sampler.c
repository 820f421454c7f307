/* The sampler: how late is a periodic timer of the highest level? Each call of its routine measures from the time it
 * was due, not from when it came, and counts into the histogram. usage: latency_sampler [-i PERIOD_US] [-D SECONDS] -D
 * 0: until SIGTERM or Ctrl-C */
#include <stdio.h>
#include <string.h>

#include "latency.h"

static LATENCY* latency;
static HANDLE timer, enough;
static LARGE_INTEGER first_due;
static LONGLONG passed; /* periods before this one, sampled or missed */

static void RTFCNDCL sample(PVOID context) {
  LARGE_INTEGER now;
  RTSS_TIMER_STATE state = {.Size = sizeof state};
  UNREFERENCED_PARAMETER(context);
  RtGetClockTime(CLOCK_FASTEST, &now);
  const LONGLONG late = now.QuadPart - (first_due.QuadPart + passed * latency->period_100ns);
  if (RtssQueryTimer(timer, &state)) {
    passed = (LONGLONG)(state.Expiries + state.Overruns);
    latency->missed = (LONGLONG)state.Overruns;
  }
  if (late < latency->min_100ns || latency->samples == 0) latency->min_100ns = (LONG)late;
  if (late > latency->max_100ns) latency->max_100ns = (LONG)late;
  latency->sum_100ns += late;
  if (late >= 0 && late / 10 < BINS) {
    ++latency->bins[late / 10];
  } else {
    ++latency->overflow;
  }
  ++latency->samples;
}

static void RTFCNDCL shutdown(PVOID context, LONG reason) {
  UNREFERENCED_PARAMETER(context);
  UNREFERENCED_PARAMETER(reason);
  RtSetEvent(enough);
}

static LONG option(int argc, char* argv[], const char* name, LONG otherwise) {
  for (int i = 1; i + 1 < argc; ++i) {
    if (strcmp(argv[i], name) == 0) return RtAtoi(argv[i + 1]);
  }
  return otherwise;
}

int main(int argc, char* argv[]) {
  const LONG period_us = option(argc, argv, "-i", 1000);
  const LONG seconds = option(argc, argv, "-D", 0);
  LARGE_INTEGER period;
  HANDLE alive = RtCreateMutex(NULL, TRUE, SAMPLER_MUTEX);
  if (alive == NULL || GetLastError() == ERROR_ALREADY_EXISTS) {
    const DWORD owned = alive == NULL ? WAIT_FAILED : RtWaitForSingleObject(alive, 0);
    if (owned != WAIT_OBJECT_0 && owned != WAIT_ABANDONED) {
      fprintf(stderr, "sampler: another one is running\n");
      return 1;
    }
  }
  HANDLE memory = RtCreateSharedMemory(PAGE_READWRITE, 0, sizeof(LATENCY), LATENCY_NAME, (VOID**)&latency);
  enough = RtCreateEvent(NULL, TRUE, FALSE, NULL);
  timer = RtCreateTimer(NULL, 0, sample, NULL, RT_PRIORITY_MAX, CLOCK_FASTEST);
  if (memory == NULL || enough == NULL || timer == NULL || period_us < 1 || seconds < 0) {
    fprintf(stderr, "usage: %s [-i PERIOD_US] [-D SECONDS]; error %lu\n", argv[0], GetLastError());
    return 2;
  }
  memset(latency, 0, sizeof *latency);
  RtAttachShutdownHandler(NULL, 0, shutdown, NULL, RT_PRIORITY_MAX - 1);
  if (!RtLockProcess(RT_PLOCK_ALL)) fprintf(stderr, "sampler: memory is not locked, see RLIMIT_MEMLOCK\n");
  period.QuadPart = latency->period_100ns = 10LL * period_us;
  RtGetClockTime(CLOCK_FASTEST, &first_due);
  first_due.QuadPart += 10 * period.QuadPart;
  RtSetTimer(timer, &first_due, &period);
  RtWaitForSingleObject(enough, seconds == 0 ? INFINITE : (DWORD)seconds * 1000);
  RtDeleteTimer(timer);
  RtReleaseMutex(alive);
  RtPrintf("%I64d samples, %I64d missed periods, worst %ld us\n", latency->samples, latency->missed,
           latency->max_100ns / 10);
  return latency->samples > 0 ? 0 : 1;
}
