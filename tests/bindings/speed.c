// What calls cost, in a native program and in one of Windows.
//
//   pairs                       nanoseconds of taking and releasing a free mutex: median over batches
//   pass OF NAME SIDE COUNT     one of two processes that hand a mutex to and fro, COUNT times each; OF is "ours", or
//                               "windows" for a mutex of Wine's server. Reports in the memory NAME
#include <rtapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct report {
  volatile LONG last, turns, switches, unused;
  volatile LONGLONG first_at, last_at;  // of the switches, in units of 100 ns
};

static LONGLONG now(void) {
  LARGE_INTEGER time;
  RtGetClockTime(CLOCK_FASTEST, &time);
  return time.QuadPart;
}

static int by_value(const void* left, const void* right) {
  const double difference = *(const double*)left - *(const double*)right;
  return (difference > 0) - (difference < 0);
}

static int pairs(void) {
  enum { kBatches = 51, kPairs = 20000, kNsPerUnit = 100 };
  static double batches[kBatches];
  const HANDLE mutex = RtCreateMutexA(NULL, FALSE, NULL);
  for (int batch = 0; batch < kBatches; ++batch) {
    const LONGLONG before = now();
    for (int i = 0; i < kPairs; ++i) {
      if (RtWaitForSingleObject(mutex, INFINITE) != WAIT_OBJECT_0 || !RtReleaseMutex(mutex)) return 1;
    }
    batches[batch] = (double)(now() - before) * kNsPerUnit / kPairs;
  }
  qsort(batches, kBatches, sizeof batches[0], by_value);
  printf("%.2f\n", batches[kBatches / 2]);
  return 0;
}

static BOOL take(HANDLE mutex, BOOL ours) {
#ifdef _WIN32
  if (!ours) return WaitForSingleObject(mutex, INFINITE) == WAIT_OBJECT_0;
#endif
  return ours && RtWaitForSingleObject(mutex, INFINITE) == WAIT_OBJECT_0;
}

static BOOL release(HANDLE mutex, BOOL ours) {
#ifdef _WIN32
  if (!ours) return ReleaseMutex(mutex);
#endif
  return ours && RtReleaseMutex(mutex);
}

static int pass(BOOL ours, const char* name, int side, int count) {
  static char object[200];
  struct report* report = NULL;
  RtCreateSharedMemoryA(PAGE_READWRITE, 0, sizeof *report, name, (void**)&report);
  snprintf(object, sizeof object, "%s go", name);
  const HANDLE go = RtCreateEventA(NULL, TRUE, FALSE, object);
  snprintf(object, sizeof object, "%s mutex", name);
  HANDLE mutex = RtCreateMutexA(NULL, FALSE, object);
#ifdef _WIN32
  if (!ours) mutex = CreateMutexA(NULL, FALSE, object);
#endif
  if (report == NULL || go == NULL || mutex == NULL) return 1;
  if (!RtSetThreadPriority(RtGetCurrentThread(), 50) || RtWaitForSingleObject(go, INFINITE) != WAIT_OBJECT_0) return 1;
  for (int i = 0; i < count; ++i) {
    if (!take(mutex, ours)) return 1;
    if (++report->turns == 1) RtSleep(50);  // the other one comes, and waits: from then on the mutex goes to and fro
    if (report->last != side) {
      const LONGLONG at = now();
      if (report->switches++ == 0) report->first_at = at;
      report->last_at = at;
      report->last = side;
    }
    if (!release(mutex, ours)) return 1;
  }
  return 0;
}

int main(int count, char** words) {
  if (count == 2 && strcmp(words[1], "pairs") == 0) return pairs();
  if (count != 6 || strcmp(words[1], "pass") != 0) return 2;
  return pass(strcmp(words[2], "ours") == 0, words[3], atoi(words[4]), atoi(words[5]));
}
