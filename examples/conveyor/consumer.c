/* Consumer: unloads parcels and weighs them. May start first. usage: conveyor_consumer [PARCELS] */
#include <stdio.h>

#include "conveyor.h"

static HANDLE open_event(const char* name) {
  HANDLE event = NULL;
  for (int i = 0; event == NULL && i < TIMEOUT_MS; ++i) {
    event = RtOpenEvent(SYNCHRONIZE, FALSE, name);
    if (event == NULL) Sleep(1);
  }
  return event;
}

int main(int argc, char* argv[]) {
  CONVEYOR* conveyor = NULL;
  /* The producer makes the memory last: when that is there, all is. */
  HANDLE memory = NULL;
  for (int i = 0; memory == NULL && i < TIMEOUT_MS; ++i) {
    memory = RtOpenSharedMemory(SHM_MAP_WRITE, FALSE, CONVEYOR_NAME, (VOID**)&conveyor);
    if (memory == NULL) Sleep(1);
  }
  HANDLE parcel = open_event(PARCEL_EVENT);
  HANDLE room = open_event(ROOM_EVENT);
  HANDLE done = open_event(DONE_EVENT);
  const LONG parcels = argc > 1 ? RtAtoi(argv[1]) : 20;
  LONG weight = 0;

  if (memory == NULL || parcel == NULL || room == NULL || done == NULL) {
    fprintf(stderr, "consumer: there is no producer\n");
    return 1;
  }
  while (conveyor->unloaded < parcels) {
    if (conveyor->loaded == conveyor->unloaded) {
      if (RtWaitForSingleObject(parcel, TIMEOUT_MS) != WAIT_OBJECT_0) return 1;
      continue;
    }
    const PARCEL* next = &conveyor->places[conveyor->unloaded % PLACES];
    if (next->number != conveyor->unloaded) {
      fprintf(stderr, "consumer: parcel %ld where %ld was due\n", next->number, conveyor->unloaded);
      return 1;
    }
    weight += next->weight;
    InterlockedIncrement(&conveyor->unloaded);
    RtSetEvent(room);
  }
  RtPrintf("consumer: %ld parcels unloaded, %ld kg\n", parcels, weight);
  RtSetEvent(done);
  return 0;
}
