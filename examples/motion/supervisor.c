/* The supervisor: starts the axis, sends it here and there, and sees that it lives.
 * usage: motion_supervisor PATH_OF_AXIS [MOVES] */
#include <stdio.h>

#include "motion.h"

#define TIMEOUT_MS 20000

static MOTION* motion;
static HANDLE mutex, arrived, stop;

static HANDLE start_axis(const char* path) {
  STARTUPINFO startup = {.cb = sizeof startup};
  PROCESS_INFORMATION information;
  char line[512];
  sprintf_s(line, sizeof line, "\"%s\" %lu", path, GetCurrentProcessId());
  if (!RtCreateProcess(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &information)) return NULL;
  RtCloseHandle(information.hThread);
  return information.hProcess;
}

static BOOL command(LONG target) {
  const DWORD taken = RtWaitForSingleObject(mutex, TIMEOUT_MS);
  if (taken != WAIT_OBJECT_0 && taken != WAIT_ABANDONED) return FALSE;
  motion->target = target;
  motion->top_speed = 400;
  return RtReleaseMutex(mutex);
}

/* Until it has arrived; FALSE when the axis ends, or stands still for long. */
static BOOL see_it_arrive(HANDLE axis) {
  const HANDLE either[2] = {arrived, axis};
  LONG cycles = motion->cycles;
  for (;;) {
    const DWORD result = RtWaitForMultipleObjects(2, either, FALSE, 5000);
    if (result == WAIT_OBJECT_0) return TRUE;
    if (result != WAIT_TIMEOUT || motion->cycles == cycles) return FALSE;
    cycles = motion->cycles;
  }
}

int main(int argc, char* argv[]) {
  const LONG moves = argc > 2 ? RtAtoi(argv[2]) : 3;
  DWORD code = STILL_ACTIVE;
  if (argc < 2) {
    fprintf(stderr, "usage: %s PATH_OF_AXIS [MOVES]\n", argv[0]);
    return 2;
  }
  HANDLE memory = RtCreateSharedMemory(PAGE_READWRITE, 0, sizeof(MOTION), MOTION_NAME, (VOID**)&motion);
  mutex = RtCreateMutex(NULL, FALSE, MOTION_MUTEX);
  arrived = RtCreateEvent(NULL, FALSE, FALSE, ARRIVED_EVENT);
  stop = RtCreateEvent(NULL, TRUE, FALSE, STOP_EVENT);
  if (memory == NULL || mutex == NULL || arrived == NULL || stop == NULL) {
    fprintf(stderr, "supervisor: cannot create the axis's objects, error %lu\n", GetLastError());
    return 1;
  }
  HANDLE axis = start_axis(argv[1]);
  if (axis == NULL) {
    fprintf(stderr, "supervisor: cannot start %s, error %lu\n", argv[1], GetLastError());
    return 1;
  }
  for (LONG move = 1; move <= moves; ++move) {
    const LONG target = move % 2 != 0 ? 10000 * move : -5000 * move;
    if (!command(target) || !see_it_arrive(axis)) {
      fprintf(stderr, "supervisor: the axis does not move\n");
      RtTerminateProcess(axis, 1);
      return 1;
    }
    RtPrintf("move %ld: at %ld of %ld\n", move, motion->position, target);
  }
  RtSetEvent(stop);
  RtWaitForSingleObject(axis, TIMEOUT_MS);
  RtGetExitCodeProcess(axis, &code);
  RtPrintf("%ld cycles of 1 ms, %ld overruns, %ld without news; the axis ended with %lu\n", motion->cycles,
           motion->overruns, motion->skipped, code);
  return code == 0 ? 0 : 1;
}
