/* The axis: a control loop on a 1 ms timer. usage: motion_axis PROCESS_ID     started by the supervisor, and ends with
 * it */
#include <stdio.h>
#include <stdlib.h>

#include "motion.h"

static MOTION* motion;
static HANDLE mutex, arrived, stop, stood_still, timer;
static LONG target, top_speed = 1;

/* A trapezoid: as fast as allowed, but never faster than it can still brake. */
static LONG next_speed(LONG position, LONG speed) {
  const LONG distance = target - position;
  const LONG direction = distance < 0 ? -1 : 1;
  LONG fastest = 0;
  while ((fastest + ACCELERATION) * (fastest + ACCELERATION) <= 2 * ACCELERATION * abs(distance)) {
    fastest += ACCELERATION;
  }
  if (fastest > top_speed) fastest = top_speed;
  if (fastest > abs(speed) + ACCELERATION) fastest = abs(speed) + ACCELERATION;
  if (fastest == 0 || fastest > abs(distance)) fastest = abs(distance) < ACCELERATION ? abs(distance) : ACCELERATION;
  return direction * fastest;
}

/* Every millisecond. The mutex is only tried: the loop never blocks. */
static void RTFCNDCL cycle(PVOID context) {
  RTSS_TIMER_STATE state = {.Size = sizeof state};
  UNREFERENCED_PARAMETER(context);
  const DWORD taken = RtWaitForSingleObject(mutex, 0);
  if (taken == WAIT_OBJECT_0 || taken == WAIT_ABANDONED) {
    target = RtWaitForSingleObject(stop, 0) == WAIT_OBJECT_0 ? motion->position : motion->target;
    top_speed = motion->top_speed;
    RtReleaseMutex(mutex);
  } else {
    ++motion->skipped;
  }
  const LONG before = motion->position;
  motion->speed = next_speed(before, motion->speed);
  motion->position += motion->speed;
  if (motion->position == target && before != target) RtSetEvent(arrived);
  if (motion->speed == 0 && RtWaitForSingleObject(stop, 0) == WAIT_OBJECT_0) RtSetEvent(stood_still);
  if (RtssQueryTimer(timer, &state)) motion->overruns = (LONG)state.Overruns;
  InterlockedIncrement(&motion->cycles);
}

int main(int argc, char* argv[]) {
  LARGE_INTEGER period;
  HANDLE supervisor = argc > 1 ? RtOpenProcess(PROCESS_ALL_ACCESS, FALSE, (DWORD)RtAtoi(argv[1])) : NULL;
  HANDLE memory = RtOpenSharedMemory(SHM_MAP_ALL_ACCESS, FALSE, MOTION_NAME, (VOID**)&motion);
  mutex = RtOpenMutex(SYNCHRONIZE, FALSE, MOTION_MUTEX);
  arrived = RtOpenEvent(SYNCHRONIZE, FALSE, ARRIVED_EVENT);
  stop = RtOpenEvent(SYNCHRONIZE, FALSE, STOP_EVENT);
  stood_still = RtCreateEvent(NULL, TRUE, FALSE, NULL);
  if (supervisor == NULL || memory == NULL || mutex == NULL || arrived == NULL || stop == NULL || stood_still == NULL) {
    fprintf(stderr, "axis: there is no supervisor\n");
    return 1;
  }
  timer = RtCreateTimer(NULL, 0, cycle, NULL, RT_PRIORITY_MAX, CLOCK_FASTEST);
  period.QuadPart = CYCLE_100NS;
  if (timer == NULL || !RtSetTimerRelative(timer, &period, &period)) return 1;
  const HANDLE ends[2] = {stood_still, supervisor};
  RtWaitForMultipleObjects(2, ends, FALSE, INFINITE);
  RtDeleteTimer(timer);
  return 0;
}
