#define UNICODE
#include <rtapi.h>

#include "own_namespace.h"

int main() {
  use_own_namespace();

  const HANDLE mutex = RtCreateMutex(nullptr, TRUE, L"Motion Lock");
  const HANDLE event = RtCreateEvent(nullptr, FALSE, TRUE, L"Start");
  const HANDLE semaphore = RtCreateSemaphore(nullptr, 1, 1, L"Slots");
  if (mutex == nullptr || event == nullptr || semaphore == nullptr) return 1;
  if (RtOpenMutexA(SYNCHRONIZE, FALSE, "Motion Lock") == nullptr) return 2;
  const HANDLE both[] = {event, semaphore};
  if (RtWaitForMultipleObjects(2, both, TRUE, INFINITE) != WAIT_OBJECT_0) return 3;
  if (RtWaitForMultipleObjects(2, both, FALSE, 0) != WAIT_TIMEOUT) return 4;
  if (!RtReleaseMutex(mutex)) return 5;
  puts("consumer: every object worked");
  return 0;
}
