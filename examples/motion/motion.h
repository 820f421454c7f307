/* What the axis, a real-time process, and its supervisor share. Positions in micrometres, cycles of 1 ms. */
#ifndef MOTION_H
#define MOTION_H

#include <rtapi.h>
#include <windows.h>

typedef struct {
  /* written by the supervisor, under the mutex */
  LONG target;
  LONG top_speed; /* per cycle */
  /* written by the axis */
  LONG position;
  LONG speed;
  LONG cycles;   /* shows that it lives */
  LONG skipped;  /* cycles in which the supervisor had the mutex */
  LONG overruns; /* cycles that fell due while an earlier one was late */
} MOTION;

#define MOTION_NAME "Motion.shm"
#define MOTION_MUTEX "Motion.Mutex"
#define ARRIVED_EVENT "Motion.Arrived" /* auto reset: the target is reached */
#define STOP_EVENT "Motion.Stop"       /* manual reset: the axis is to stand still and end */

#define CYCLE_100NS 10000
#define ACCELERATION 4

#endif
