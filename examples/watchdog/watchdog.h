/* A worker owns a mutex for as long as it lives. A program that gets the mutex knows that the worker has ended:
 * abandoned when it crashed or was killed, released when it ended in good order. */
#ifndef WATCHDOG_H
#define WATCHDOG_H

#include <rtapi.h>
#include <windows.h>

#define ALIVE_MUTEX "Worker.Alive"
#define PROGRESS_NAME "Worker.shm" /* kept by the watchdog, so that it outlives a worker */

typedef struct {
  LONG done; /* steps of the work */
  LONG starts;
} PROGRESS;

#endif
