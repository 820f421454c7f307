/* Takes and releases the free mutex of a name, as a C program does: what the same loop in C# is compared with. */
#include <rtapi.h>

/* Returns 0, or -1 where a call failed. */
int take_and_release(const char* name, int rounds) {
  HANDLE mutex = RtOpenMutexA(0, FALSE, name);
  if (mutex == NULL) return -1;
  int result = 0;
  for (int round = 0; round < rounds && result == 0; ++round) {
    if (RtWaitForSingleObject(mutex, INFINITE) != WAIT_OBJECT_0 || !RtReleaseMutex(mutex)) result = -1;
  }
  RtCloseHandle(mutex);
  return result;
}
