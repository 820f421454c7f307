/* A mutex owned for the length of a process's life tells others that it lives. The process is killed as an orphan; what
 * it left says so, and a fresh start finds nothing stale. */
#include <rtapi.h>
#include <string.h>
#include <tchar.h>
#include <windows.h>

#include "expect.h"
#include "self.h"

typedef struct {
  LONG weight;
  LONG initialized;
} SCALE;

/* Owner of everything, until it is killed. The first creation initialises. */
static void driver(void) {
  SCALE* scale = NULL;
  HANDLE alive = RtCreateMutex(NULL, TRUE, _T("Driver Alive"));
  HANDLE memory = RtCreateSharedMemory(PAGE_READWRITE, 0, sizeof(SCALE), _T("Driver Scale"), (void**)&scale);
  EXPECT(alive != NULL && memory != NULL);
  EXPECT(GetLastError() != ERROR_ALREADY_EXISTS); /* stale memory would give wrong weights */
  EXPECT(scale->initialized == 0 && scale->weight == 0);
  HANDLE counted = RtCreateSemaphore(NULL, 0, 5, _T("Driver Counted"));
  LONG before = -1;
  EXPECT(RtReleaseSemaphore(counted, 3, &before) && before == 0);
  scale->weight = 4711;
  scale->initialized = 1;
  HANDLE up = RtOpenEvent(EVENT_ALL_ACCESS, FALSE, _T("Driver Up"));
  EXPECT(up != NULL && RtSetEvent(up));
  for (;;) Sleep(1000);
}

void _tmain(int argc, _TCHAR* argv[]) {
  HANDLE up, process, orphan, alive;
  DWORD pid = 0;
  DWORD result;
  if (argc == 2) driver();

  up = RtCreateEvent(NULL, FALSE, FALSE, _T("Driver Up"));
  for (int round = 0; round < 2; ++round) {
    process = start_self(argv[0], _T("driver"), &pid);
    EXPECT(RtWaitForSingleObject(up, LONGEST_WAIT) == WAIT_OBJECT_0);
    alive = RtOpenMutex(MUTEX_ALL_ACCESS, FALSE, _T("Driver Alive"));
    EXPECT(alive != NULL);
    EXPECT(RtWaitForSingleObject(alive, 2) == WAIT_TIMEOUT); /* it lives */

    orphan = RtOpenProcess(PROCESS_ALL_ACCESS, FALSE, pid);
    EXPECT(orphan != NULL && RtTerminateProcess(orphan, 9) && RtCloseHandle(orphan));
    result = RtWaitForSingleObject(alive, LONGEST_WAIT);
    EXPECT(result != WAIT_TIMEOUT && result == WAIT_ABANDONED);
    EXPECT(RtReleaseMutex(alive));
    EXPECT(RtWaitForSingleObject(alive, 0) == WAIT_OBJECT_0); /* notified once */
    EXPECT(RtReleaseMutex(alive) && RtCloseHandle(alive));
    EXPECT(RtWaitForSingleObject(process, LONGEST_WAIT) == WAIT_OBJECT_0);
    EXPECT(poll_for_exit(process) == 9 && RtCloseHandle(process));
    EXPECT(RtOpenSemaphore(SYNCHRONIZE, FALSE, _T("Driver Counted")) == NULL); /* it ended, and closed what it had */
  }
  ALL_AS_EXPECTED();
  ExitProcess(0);
}
