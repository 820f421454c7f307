/* The latency of a periodic real-time thread, as a histogram in shared memory: written by the sampler, shown live by
 * any number of viewers. */
#ifndef LATENCY_H
#define LATENCY_H

#include <rtapi.h>
#include <windows.h>

#define BINS 1000 /* of a microsecond each */

typedef struct {
  LONGLONG period_100ns;
  volatile LONGLONG samples;
  volatile LONGLONG missed; /* periods in which the sampler did not run at all */
  volatile LONGLONG sum_100ns;
  volatile LONG min_100ns;
  volatile LONG max_100ns;
  volatile LONG overflow; /* samples above the last bin */
  volatile LONG bins[BINS];
} LATENCY;

#define LATENCY_NAME "Latency.shm"
#define SAMPLER_MUTEX "Latency.Sampler" /* owned by the sampler as long as it runs */

#endif
