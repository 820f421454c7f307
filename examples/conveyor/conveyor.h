/* A conveyor in shared memory, between one process that loads it and one that unloads it. The loader writes `loaded`,
 * the unloader `unloaded`; the events say that there is something to look at. */
#ifndef CONVEYOR_H
#define CONVEYOR_H

#include <rtapi.h>
#include <windows.h>

#define PLACES 8

typedef struct {
  LONG number;
  LONG weight;
} PARCEL;

typedef struct {
  volatile LONG loaded;
  volatile LONG unloaded;
  PARCEL places[PLACES];
} CONVEYOR;

#define CONVEYOR_NAME "Conveyor.shm"
#define PARCEL_EVENT "Conveyor.Parcel" /* auto reset: a parcel was loaded */
#define ROOM_EVENT "Conveyor.Room"     /* auto reset: a place is free again */
#define DONE_EVENT "Conveyor.Done"     /* manual reset: the unloader has what it wanted */

#define TIMEOUT_MS 20000

#endif
