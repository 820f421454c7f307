// Critical sections and thread-local storage. An owner inherits the level of a waiter, where levels are permitted.
#include <rtapi.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "expect.h"

static CRITICAL_SECTION section;
static HANDLE entered, leave;
static DWORD slot, owner_id;
static LONG inside, passes;

// Field 18 of its stat: -1 - priority while a thread runs under a real-time policy.
static int priority_in_the_kernel(DWORD thread_id) {
  char path[64];
  char text[1024] = {};
  sprintf_s(path, "/proc/self/task/%lu/stat", thread_id);
  FILE* file = NULL;
  EXPECT(fopen_s(&file, path, "r") == 0 && fread(text, 1, sizeof text - 1, file) > 0);
  fclose(file);
  const char* field = strrchr(text, ')') + 1;  // behind the second field
  for (int i = 3; i < 18; ++i) field = strchr(field + 1, ' ');
  return -1 - RtAtoi(field);
}

DWORD WINAPI owner(LPVOID) {
  owner_id = GetCurrentThreadId();
  EnterCriticalSection(&section);
  EnterCriticalSection(&section);
  SetEvent(entered);
  EXPECT(RtWaitForSingleObject(leave, LONGEST_WAIT) == WAIT_OBJECT_0);
  LeaveCriticalSection(&section);
  LeaveCriticalSection(&section);
  return 0;
}
DWORD WINAPI waiter(LPVOID) {
  EnterCriticalSection(&section);
  LeaveCriticalSection(&section);
  return 0;
}

static void owner_inherits() {
  HANDLE low = CreateThread(NULL, 0, owner, NULL, CREATE_SUSPENDED, NULL);
  EXPECT(RtSetThreadPriority(low, RT_PRIORITY_MIN + 1));
  ResumeThread(low);
  EXPECT(RtWaitForSingleObject(entered, LONGEST_WAIT) == WAIT_OBJECT_0);
  EXPECT(!TryEnterCriticalSection(&section));
  const int alone = priority_in_the_kernel(owner_id);
  HANDLE high = CreateThread(NULL, 0, waiter, NULL, CREATE_SUSPENDED, NULL);
  EXPECT(RtSetThreadPriority(high, RT_PRIORITY_MAX));
  ResumeThread(high);
  if (alone > 0) {
    while (priority_in_the_kernel(owner_id) <= alone) Sleep(1);
  } else {
    RtPrintf("skipped: levels are not permitted to this user\n");
  }
  SetEvent(leave);
  EXPECT(RtWaitForSingleObject(low, LONGEST_WAIT) == WAIT_OBJECT_0 &&
         RtWaitForSingleObject(high, LONGEST_WAIT) == WAIT_OBJECT_0);
  EXPECT(CloseHandle(low) && CloseHandle(high));
}

DWORD WINAPI one_at_a_time(LPVOID) {
  EXPECT(TlsGetValue(slot) == NULL && TlsSetValue(slot, &passes));
  for (int i = 0; i < 1000; ++i) {
    EnterCriticalSection(&section);
    EXPECT(++inside == 1);
    ++passes;
    --inside;
    LeaveCriticalSection(&section);
  }
  EXPECT(TlsGetValue(slot) == &passes);
  return 0;
}

int main() {
  HANDLE threads[3];
  InitializeCriticalSection(&section);
  entered = RtCreateEvent(NULL, FALSE, FALSE, NULL);
  leave = RtCreateEvent(NULL, FALSE, FALSE, NULL);
  slot = TlsAlloc();
  EXPECT(slot != TLS_OUT_OF_INDEXES);
  EXPECT(TlsGetValue(slot) == NULL && GetLastError() == 0);
  EXPECT(TlsGetValue(TLS_OUT_OF_INDEXES) == NULL && GetLastError() == ERROR_INVALID_PARAMETER);
  EXPECT(!TlsSetValue(99999, NULL) && !TlsFree(99999));
  for (int i = 0; i < 3; ++i) threads[i] = CreateThread(NULL, 0, one_at_a_time, NULL, 0, NULL);
  for (int i = 0; i < 3; ++i)
    EXPECT(WaitForSingleObject(threads[i], LONGEST_WAIT) == WAIT_OBJECT_0 && CloseHandle(threads[i]));
  EXPECT(passes == 3000 && TlsFree(slot));
  owner_inherits();
  DeleteCriticalSection(&section);
  ALL_AS_EXPECTED();
  return 0;
}
