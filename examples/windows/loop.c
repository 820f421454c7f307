/* The control loop: every 10 ms, or at once when the panel has given an order. Native; the panel may come and go. */
#include <stdio.h>

#include "furnace.h"

static LONG step(const FURNACE* furnace) {
  const LONG goal = 10 * (furnace->burning ? WANTED : COLDEST);
  return furnace->temperature + (goal - furnace->temperature) / 64;
}

int main(void) {
  enum { PERIOD_MS = 10 };
  FURNACE* furnace;
  RtCreateSharedMemory(PAGE_READWRITE, 0, sizeof *furnace, FURNACE_MEMORY, (VOID**)&furnace);
  HANDLE lock = RtCreateMutex(NULL, FALSE, FURNACE_MUTEX);
  HANDLE command = RtCreateEvent(NULL, FALSE, FALSE, COMMAND_EVENT);
  HANDLE alive = RtCreateMutex(NULL, FALSE, LOOP_ALIVE_MUTEX);
  if (furnace == NULL || lock == NULL || command == NULL || alive == NULL) return 1;
  RtWaitForSingleObject(alive, INFINITE);
  RtSetThreadPriority(RtGetCurrentThread(), 100);

  LONG burned = FALSE;
  for (;;) {
    RtWaitForSingleObject(command, PERIOD_MS);
    RtWaitForSingleObject(lock, INFINITE); /* abandoned: the panel was killed, and owned it for three assignments */
    if (furnace->temperature == 0) furnace->temperature = 10 * COLDEST;
    furnace->temperature = step(furnace);
    const LONG cycle = ++furnace->cycles;
    const LONG burns = furnace->burning;
    RtReleaseMutex(lock);
    if (burns == burned) continue;
    burned = burns;
    printf("loop: %s, cycle %ld\n", burns ? "burner on" : "burner off", (long)cycle);
    fflush(stdout);
  }
}
