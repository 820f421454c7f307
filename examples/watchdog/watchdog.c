/* The watchdog: starts a worker, starts another one whenever it dies.
 * usage: watchdog PATH_OF_WORKER [STEPS [CRASH_EVERY]] */
#include "watchdog.h"

#include <stdio.h>

static PROGRESS* progress;

static HANDLE start_worker(const char* path, const char* steps, const char* crash_every) {
  STARTUPINFO startup = {.cb = sizeof startup};
  PROCESS_INFORMATION information;
  char line[512];
  sprintf_s(line, sizeof line, "\"%s\" %s %s", path, steps, crash_every);
  if (!RtCreateProcess(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &information)) {
    fprintf(stderr, "watchdog: cannot start %s, error %lu\n", path, GetLastError());
    ExitProcess(1);
  }
  RtCloseHandle(information.hThread);
  return information.hProcess;
}

/* It has taken the mutex when it has counted its start. */
static void await_start(HANDLE worker, LONG starts) {
  while (progress->starts == starts && RtWaitForSingleObject(worker, 1) == WAIT_TIMEOUT) continue;
}

int main(int argc, char* argv[]) {
  const char* steps = argc > 2 ? argv[2] : "1000";
  const char* crash_every = argc > 3 ? argv[3] : "300";
  if (argc < 2) {
    fprintf(stderr, "usage: %s PATH_OF_WORKER [STEPS [CRASH_EVERY]]\n", argv[0]);
    return 2;
  }
  HANDLE memory = RtCreateSharedMemory(PAGE_READWRITE, 0, sizeof(PROGRESS), PROGRESS_NAME, (VOID**)&progress);
  HANDLE alive = RtCreateMutex(NULL, FALSE, ALIVE_MUTEX);
  if (memory == NULL || alive == NULL) return 1;

  for (;;) {
    const LONG starts = progress->starts;
    HANDLE worker = start_worker(argv[1], steps, crash_every);
    await_start(worker, starts);
    const DWORD result = RtWaitForSingleObject(alive, INFINITE);
    RtReleaseMutex(alive);
    RtCloseHandle(worker);
    if (result == WAIT_OBJECT_0) break;
    if (result != WAIT_ABANDONED) return 1;
    RtPrintf("worker %ld died after %ld steps: starting another\n", progress->starts, progress->done);
  }
  RtPrintf("%ld steps done by %ld workers\n", progress->done, progress->starts);
  return progress->done == RtAtoi(steps) ? 0 : 1;
}
