/* A C program as RTX programs are: TCHAR names, a void entry point, handles used with either spelling of a call. */
#include <Rtapi.h>
#include <SDKDDKVer.h>
#include <stdio.h>
#include <tchar.h>
#include <windows.h>

#include "expect.h"

static HANDLE done;
static LONG runs;

ULONG RTFCNDCL worker(void* context) {
  EXPECT(*(int*)context == 42);
  InterlockedIncrement(&runs);
  RtSetEvent(done);
  return 7;
}

void RTFCNDCL tick(PVOID context) { SetEvent((HANDLE)context); }

void _tmain(int argc, _TCHAR* argv[]) {
  int value = 42;
  DWORD code = 0, id = 0;
  LARGE_INTEGER period;
  char text[64];

  EXPECT(argc == 3);
  EXPECT(argv[2][4] == _T(' '));
  SetLastError(99);
  done = RtCreateEvent(NULL, FALSE, FALSE, _T("Old Style.Done"));
  EXPECT(done != NULL && GetLastError() == 0);

  HANDLE thread = CreateThread(NULL, 0, (LPTHREAD_START_ROUTINE)worker, &value, CREATE_SUSPENDED, &id);
  EXPECT(thread != NULL);
  EXPECT(RtSetThreadPriority(thread, RT_PRIORITY_MIN + 5));
  EXPECT(GetExitCodeThread(thread, &code) && code == STILL_ACTIVE);
  EXPECT(RtWaitForSingleObject(done, 0) == WAIT_TIMEOUT);
  ResumeThread(thread);
  EXPECT(RtWaitForSingleObject(done, -3) == WAIT_OBJECT_0); /* practically infinite */
  EXPECT(RtWaitForSingleObject(thread, INFINITE) == WAIT_OBJECT_0);
  EXPECT(GetExitCodeThread(thread, &code) && code == 7 && runs == 1);
  EXPECT(CloseHandle(thread));

  HANDLE timer = RtCreateTimer(NULL, 0, tick, done, RT_PRIORITY_MAX, CLOCK_FASTEST);
  period.QuadPart = 10000; /* 1 ms */
  EXPECT(RtSetTimerRelative(timer, &period, &period));
  for (int i = 0; i < 3; ++i) EXPECT(WaitForSingleObject(done, 5000) == WAIT_OBJECT_0);
  EXPECT(RtCancelTimer(timer, NULL));
  EXPECT(RtDeleteTimer(timer));
  EXPECT(!RtCloseHandle(timer));

  sprintf_s(text, sizeof text, "%I64d %ld %s", 1234567890123LL, (LONG)-1, "x");
  EXPECT(strcmp(text, "1234567890123 -1 x") == 0);
  EXPECT(CloseHandle(done) && !CloseHandle(done));
  ALL_AS_EXPECTED();
  ExitProcess(0);
}
