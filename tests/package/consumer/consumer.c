#define _DEFAULT_SOURCE /* setenv */
#include <rtapi.h>

#include "own_namespace.h"

int main(void) {
  HANDLE mutex, event, semaphore;
  use_own_namespace();

  mutex = RtCreateMutex(NULL, TRUE, "Motion Lock");
  event = RtCreateEvent(NULL, FALSE, TRUE, "Start");
  semaphore = RtCreateSemaphore(NULL, 1, 1, "Slots");
  if (mutex == NULL || event == NULL || semaphore == NULL) return 1;
  if (RtWaitForSingleObject(event, INFINITE) != WAIT_OBJECT_0) return 2;
  if (RtWaitForSingleObject(semaphore, INFINITE) != WAIT_OBJECT_0) return 3;
  if (RtWaitForSingleObject(semaphore, 0) != WAIT_TIMEOUT) return 4;
  if (!RtReleaseMutex(mutex) || RtReleaseMutex(mutex) || GetLastError() != ERROR_NOT_OWNER) return 5;
  if (!RtCloseHandle(mutex) || !RtCloseHandle(event) || !RtCloseHandle(semaphore)) return 6;
  puts("consumer: every object worked");
  return 0;
}
