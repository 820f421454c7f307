/* A mutex and a shared memory of one name; a manual-reset event as a lock.
 * environment: RTSS_NAMES=per-kind */
#include <rtapi.h>
#include <tchar.h>
#include <windows.h>

#include "expect.h"

typedef struct {
  HANDLE mutex; /* whose constructor never ran */
  LONG value;
} ROBOT;

void _tmain(int argc, _TCHAR* argv[]) {
  ROBOT* robot = NULL;
  ROBOT* seen = NULL;
  HANDLE mutex = RtCreateMutex(NULL, FALSE, _T("RobotData"));
  HANDLE memory = RtCreateSharedMemory(PAGE_READWRITE, 0, sizeof(ROBOT), _T("RobotData"), (void**)&robot);
  HANDLE opened = RtOpenSharedMemory(SHM_MAP_ALL_ACCESS, FALSE, _T("RobotData"), (void**)&seen);
  HANDLE lock = RtCreateEvent(NULL, TRUE, TRUE, _T("RobotData"));
  EXPECT(mutex != NULL && memory != NULL && opened != NULL && lock != NULL);

  EXPECT(RtWaitForSingleObject(seen->mutex, INFINITE) == WAIT_FAILED);
  EXPECT(!RtReleaseMutex(seen->mutex));
  EXPECT(RtWaitForSingleObject(lock, INFINITE) == WAIT_OBJECT_0 && RtResetEvent(lock));
  robot->value = 7;
  EXPECT(seen->value == 7);
  EXPECT(RtWaitForSingleObject(lock, 1) == WAIT_TIMEOUT && RtSetEvent(lock));
  EXPECT(RtCloseHandle(lock) && RtCloseHandle(memory) && RtCloseHandle(opened) && RtCloseHandle(mutex));
  ALL_AS_EXPECTED();
  ExitProcess(0);
}
