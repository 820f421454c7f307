/* Producer: loads parcels onto the conveyor. usage: conveyor_producer [PARCELS] */
#include <stdio.h>

#include "conveyor.h"

static BOOL load(CONVEYOR* conveyor, HANDLE parcel, HANDLE room, LONG number) {
  while (conveyor->loaded - conveyor->unloaded == PLACES) {
    if (RtWaitForSingleObject(room, TIMEOUT_MS) != WAIT_OBJECT_0) return FALSE;
  }
  conveyor->places[number % PLACES].number = number;
  conveyor->places[number % PLACES].weight = 10 + number % 7;
  InterlockedIncrement(&conveyor->loaded); /* after its contents */
  return RtSetEvent(parcel);
}

int main(int argc, char* argv[]) {
  CONVEYOR* conveyor = NULL;
  HANDLE parcel = RtCreateEvent(NULL, FALSE, FALSE, PARCEL_EVENT);
  HANDLE room = RtCreateEvent(NULL, FALSE, FALSE, ROOM_EVENT);
  HANDLE done = RtCreateEvent(NULL, TRUE, FALSE, DONE_EVENT);
  HANDLE memory = RtCreateSharedMemory(PAGE_READWRITE, 0, sizeof(CONVEYOR), CONVEYOR_NAME, (VOID**)&conveyor);
  const LONG parcels = argc > 1 ? RtAtoi(argv[1]) : 20;

  if (memory == NULL || parcel == NULL || room == NULL || done == NULL) {
    fprintf(stderr, "producer: cannot create the conveyor, error %lu\n", GetLastError());
    return 1;
  }
  for (LONG number = 0; number < parcels; ++number) {
    if (!load(conveyor, parcel, room, number)) {
      fprintf(stderr, "producer: the consumer does not unload\n");
      return 1;
    }
  }
  /* What lies on the conveyor goes with the last handle: stay until it is unloaded. */
  if (RtWaitForSingleObject(done, TIMEOUT_MS) != WAIT_OBJECT_0) return 1;
  RtPrintf("producer: %ld parcels loaded\n", parcels);
  return 0;
}
