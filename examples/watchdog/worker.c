/* The worker: a step each millisecond, and goes on where the last one stopped. It crashes now and then.
 * usage: watchdog_worker STEPS CRASH_EVERY     started by the watchdog */
#include <stdio.h>
#include <stdlib.h>

#include "watchdog.h"

int main(int argc, char* argv[]) {
  PROGRESS* progress = NULL;
  const LONG steps = argc > 1 ? RtAtoi(argv[1]) : 0;
  const LONG crash_every = argc > 2 ? RtAtoi(argv[2]) : 0;
  HANDLE memory = RtOpenSharedMemory(PAGE_READWRITE, FALSE, PROGRESS_NAME, (VOID**)&progress);
  HANDLE alive = RtOpenMutex(SYNCHRONIZE, FALSE, ALIVE_MUTEX);
  if (memory == NULL || alive == NULL) {
    fprintf(stderr, "worker: there is no watchdog\n");
    return 1;
  }
  if (RtWaitForSingleObject(alive, 5000) == WAIT_TIMEOUT) return 1; /* another one lives */
  ++progress->starts;
  for (LONG step = 1; progress->done < steps; ++step) {
    Sleep(1);
    if (crash_every != 0 && step % crash_every == 0) _Exit(3); /* nothing is released */
    ++progress->done;
  }
  RtReleaseMutex(alive);
  return 0;
}
