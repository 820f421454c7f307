/* In the style of samples with several processes: a master starts two stations, gives them work through shared memory
 * under a mutex, counts their answers by a semaphore and stops them by an event. Also built as C++. */
#include <SDKDDKVer.h>
#include <rtapi.h>
#include <stdio.h>
#include <string.h>
#include <tchar.h>
#include <windows.h>

#include "expect.h"
#include "self.h"

#define STATIONS 2
#define PARTS 100

typedef struct {
  LONG next;
  LONG done[STATIONS];
  LONGLONG sum;
} LINE, *PLINE;

static void station(int number) {
  PLINE line = NULL;
  HANDLE memory, guard, answered, stop, both[2];
  memory = RtOpenSharedMemory(SHM_MAP_ALL_ACCESS, FALSE, _T("Line.shm"), (VOID**)&line);
  guard = RtOpenMutex(SYNCHRONIZE, FALSE, _T("Line Guard"));
  answered = RtOpenSemaphore(SYNCHRONIZE, FALSE, _T("Line Answered"));
  stop = RtOpenEvent(SYNCHRONIZE, FALSE, _T("Line Stop"));
  EXPECT(memory != NULL && guard != NULL && answered != NULL && stop != NULL);
  RtSetThreadPriority(GetCurrentThread(), RT_PRIORITY_MIN + 10 + number);
  both[0] = stop;
  both[1] = guard;
  for (;;) {
    const DWORD result = RtWaitForMultipleObjects(2, both, FALSE, LONGEST_WAIT);
    if (result == WAIT_OBJECT_0) break;
    EXPECT(result == WAIT_OBJECT_0 + 1);
    if (line->next <= PARTS) {
      line->sum += line->next++;
      line->done[number]++;
      EXPECT(RtReleaseSemaphore(answered, 1, NULL));
    }
    EXPECT(RtReleaseMutex(guard));
    RtSleepEx(0, FALSE);
  }
  ExitProcess((UINT)number);
}

int _tmain(int argc, _TCHAR* argv[]) {
  PLINE line = NULL;
  HANDLE memory, guard, answered, stop, stations[STATIONS];
  int i;
  if (argc == 2) station(_ttoi(argv[1]));

  memory = RtCreateSharedMemory(PAGE_READWRITE, 0, sizeof(LINE), _T("Line.shm"), (VOID**)&line);
  guard = RtCreateMutex(NULL, TRUE, _T("Line Guard"));
  answered = RtCreateSemaphore(NULL, 0, PARTS, _T("Line Answered"));
  stop = RtCreateEvent(NULL, TRUE, FALSE, _T("Line Stop"));
  EXPECT(memory != NULL && guard != NULL && answered != NULL && stop != NULL && line != NULL);
  line->next = 1;
  for (i = 0; i < STATIONS; i++) {
    TCHAR role[8];
    _stprintf_s(role, 8, _T("%d"), i);
    stations[i] = start_self(argv[0], role, NULL);
  }
  EXPECT(RtReleaseMutex(guard)); /* the line starts */
  for (i = 0; i < PARTS; i++) EXPECT(RtWaitForSingleObject(answered, LONGEST_WAIT) == WAIT_OBJECT_0);
  EXPECT(RtSetEvent(stop));
  for (i = 0; i < STATIONS; i++) {
    EXPECT(poll_for_exit(stations[i]) == (DWORD)i);
    RtCloseHandle(stations[i]);
  }
  EXPECT(line->sum == 5050 && line->done[0] + line->done[1] == PARTS);
  EXPECT(RtCloseHandle(stop) && RtCloseHandle(answered) && RtCloseHandle(guard) && RtCloseHandle(memory));
  ALL_AS_EXPECTED();
  return 0;
}
