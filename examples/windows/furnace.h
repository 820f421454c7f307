/* What the control loop, a native program, and the operator panel, a program of Windows, share. */
#ifndef FURNACE_H
#define FURNACE_H

#include <rtapi.h>
#include <windows.h>

#define FURNACE_MEMORY "Furnace.shm"
#define FURNACE_MUTEX "Furnace.Lock"    /* for the memory */
#define COMMAND_EVENT "Furnace.Command" /* set by the panel, reset by the loop that it wakes */
#define LOOP_ALIVE_MUTEX "Furnace.Loop" /* owned by the loop as long as it lives */

enum { HOTTEST = 1200, COLDEST = 20, WANTED = 850 }; /* degrees Celsius */

typedef struct {
  LONG burning;     /* the panel's order */
  LONG temperature; /* tenths of a degree */
  LONG cycles;      /* of the loop */
} FURNACE;

#endif
