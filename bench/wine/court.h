/* What two processes do whose hand-offs or pairs are measured, the same code in a native program and in one of Windows.
 * They meet in shared memory and leave their values there, in ticks of the processor's counter. */
#ifndef RTSS_BENCH_COURT_H
#define RTSS_BENCH_COURT_H

#include <rtapi.h> /* a program of Windows has its own */

#ifdef __cplusplus
extern "C" {
#endif

enum { kCourtSides = 2 };

struct court_value {
  LONGLONG ticks; /* how long it took */
  LONGLONG at;    /* its end */
};

struct court {
  volatile LONG ready;   /* sides that have come */
  volatile LONG last;    /* the side that had the turn last; this and the next two belong to the holder of the turn */
  volatile LONG kept;    /* times a side had the turn again without the other having had it: no hand-offs */
  volatile LONG watched; /* the process is there that takes the values out, which it must before the sides are gone */
  volatile LONGLONG stamp;
  LONGLONG unused_too[5];
};

enum court_mutex { kOurMutex, kMutexOfWindows };

struct court_values {
  struct court_value* first; /* NULL: the memory is not to be had */
  struct court* court;
  HANDLE done; /* a semaphore: each side releases it once its values are there */
};

/* The court of that name with room for so many values; every process of a run makes or finds the same. */
struct court_values court_open(const char* name, LONG values);

/* One of two sides that pass a mutex to and fro; its values are the hand-offs to it after the warm-up. 0, or the line
 * of the call that failed. */
int court_rally(const char* name, LONG side, LONG warm_up, LONG handoffs, enum court_mutex kind);

/* Takes and releases a free mutex; each value is the time of so many pairs. 0, or the line of the call that failed. */
int court_pairs(const char* name, LONG batches, LONG pairs, enum court_mutex kind);

/* Gives the thread a base for segment GS, as every thread of Windows has one; nothing else. Native programs only. */
int court_set_gs_base(void);

#ifdef __cplusplus
}
#endif

#endif
