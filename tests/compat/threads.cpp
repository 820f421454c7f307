// Threads as programs make, watch and end them; every form of an entry function; TerminateThread of a mutex owner.
#include <SDKDDKVer.h>
#include <process.h>
#include <rtssapi.h>
#include <tchar.h>
#include <windows.h>

#include "expect.h"

static LONG ran = 0;
static HANDLE mutex, owned, gate;

ULONG RTFCNDCL as_rtx_has_it(void* context) { return InterlockedIncrement((LONG*)context); }
DWORD WINAPI as_win32_has_it(LPVOID context) { return InterlockedIncrement((LONG*)context); }
DWORD RTFCNDCL as_both_have_it(LPVOID context) { return InterlockedIncrement((LONG*)context); }
void RTFCNDCL without_result(void* context) { InterlockedIncrement((LONG*)context); }
int RTFCNDCL without_argument() { return InterlockedIncrement(&ran); }
unsigned __stdcall of_the_c_library(void* context) {
  InterlockedIncrement((LONG*)context);
  _endthreadex(0);
}

class Machine {
 public:
  int RTFCNDCL start();  // the macro stands before ordinary methods, too
};
int RTFCNDCL Machine::start() { return 1; }

static void every_entry_form() {
  LPTHREAD_START_ROUTINE forms[] = {(LPTHREAD_START_ROUTINE)as_rtx_has_it, as_win32_has_it, as_both_have_it,
                                    (LPTHREAD_START_ROUTINE)without_result, (LPTHREAD_START_ROUTINE)without_argument};
  for (int i = 0; i < 5; ++i) {
    DWORD id = 0;
    HANDLE thread = CreateThread(NULL, i % 2 == 0 ? 0 : 0x40000, forms[i], &ran, 0x0004, &id);
    EXPECT(thread != NULL && id != 0);
    EXPECT(RtSetThreadPriority(thread, RT_PRIORITY_MIN + 50 + i));
    EXPECT(RtGetThreadPriority(thread) == 50 + i);
    EXPECT(ran == i);
    EXPECT(ResumeThread(thread) == 1);
    EXPECT(RtWaitForSingleObject(thread, LONGEST_WAIT) == WAIT_OBJECT_0 && ran == i + 1);
    EXPECT(ResumeThread(thread) == 0);  // it runs no more: harmless
    EXPECT(i % 2 == 0 ? CloseHandle(thread) : RtCloseHandle(thread));
  }
  HANDLE thread = (HANDLE)_beginthreadex(NULL, 0, of_the_c_library, &ran, 0, NULL);
  EXPECT(WaitForSingleObject(thread, LONGEST_WAIT) == WAIT_OBJECT_0 && ran == 6 && CloseHandle(thread));
}

DWORD WINAPI own_for_ever(LPVOID) {
  EXPECT(RtWaitForSingleObject(mutex, INFINITE) == WAIT_OBJECT_0);
  RtSetEvent(owned);
  for (;;) Sleep(1000);
}

static void terminated_owner_abandons() {
  HANDLE thread = CreateThread(NULL, 0, own_for_ever, NULL, 0, NULL);
  EXPECT(RtWaitForSingleObject(owned, LONGEST_WAIT) == WAIT_OBJECT_0);
  EXPECT(!RtReleaseMutex(mutex) && GetLastError() == ERROR_NOT_OWNER);
  EXPECT(TerminateThread(thread, 77));
  EXPECT(RtWaitForSingleObject(mutex, LONGEST_WAIT) == WAIT_ABANDONED);
  EXPECT(RtReleaseMutex(mutex));
  EXPECT(RtWaitForSingleObject(thread, LONGEST_WAIT) == WAIT_OBJECT_0);
  DWORD code = STILL_ACTIVE;
  EXPECT(GetExitCodeThread(thread, &code) && code == 77);
  EXPECT(TerminateThread(thread, 1) && CloseHandle(thread));
  EXPECT(!TerminateThread(thread, 1) && !TerminateThread(NULL, 1));
}

// A manual-reset event as a lock, and as a start gate for threads of neighbouring levels.
DWORD WINAPI through_the_gate(LPVOID context) {
  EXPECT(RtWaitForSingleObject(gate, LONGEST_WAIT) == WAIT_OBJECT_0);
  EXPECT(RtWaitForSingleObject(mutex, LONGEST_WAIT) == WAIT_OBJECT_0);
  InterlockedIncrement((LONG*)context);
  EXPECT(RtReleaseMutex(mutex));
  ExitThread(5);  // as good as a return
}

static void start_gate() {
  const int levels[] = {
      RT_PRIORITY_MAX, RT_PRIORITY_MAX - 1, RT_PRIORITY_MAX - 2, RT_PRIORITY_MAX - 10, 125, 20, 62, 63, 64};
  HANDLE threads[9];
  LONG passed = 0;
  gate = RtCreateEvent(NULL, TRUE, FALSE, _T("Start Gate"));
  for (int i = 0; i < 9; ++i) {
    threads[i] = CreateThread(NULL, 0, through_the_gate, &passed, CREATE_SUSPENDED, NULL);
    EXPECT(RtSetThreadPriority(threads[i], levels[i]) && RtGetThreadPriority(threads[i]) == levels[i]);
    ResumeThread(threads[i]);
  }
  EXPECT(passed == 0 && RtSetEvent(gate));
  for (int i = 0; i < 9; ++i) {
    DWORD code = STILL_ACTIVE;
    for (int tries = 0; tries < LONGEST_WAIT && code == STILL_ACTIVE; ++tries) {
      EXPECT(GetExitCodeThread(threads[i], &code));
      Sleep(1);
    }
    EXPECT(code == 5 && CloseHandle(threads[i]));
  }
  EXPECT(passed == 9 && RtCloseHandle(gate));
}

static void calls_on_no_handle() {
  HANDLE slots[2] = {owned, NULL};
  EXPECT(RtWaitForMultipleObjects(2, slots, FALSE, 0) != WAIT_OBJECT_0);
  EXPECT(RtWaitForMultipleObjects(2, slots, FALSE, INFINITE) == WAIT_FAILED);
  EXPECT(!RtReleaseMutex(NULL) && !RtCloseHandle(NULL) && !RtSetEvent(NULL) && !RtCloseHandle((HANDLE)0x12345678));
  EXPECT(RtWaitForSingleObject(NULL, INFINITE) == WAIT_FAILED && GetLastError() == ERROR_INVALID_HANDLE);
  SetLastError(0);
  const HANDLE pseudo[] = {GetCurrentThread(), GetCurrentProcess()};
  for (int i = 0; i < 2; ++i) {
    EXPECT(RtWaitForSingleObject(pseudo[i], 0) == WAIT_TIMEOUT && RtWaitForSingleObject(pseudo[i], 20) == WAIT_TIMEOUT);
    EXPECT(RtWaitForMultipleObjects(2, pseudo, i, 0) == WAIT_FAILED && GetLastError() == ERROR_INVALID_HANDLE);
  }
}

int _tmain(int argc, _TCHAR* argv[]) {
  EXPECT(SetPriorityClass(GetCurrentProcess(), REALTIME_PRIORITY_CLASS));
  EXPECT(SetProcessPriorityBoost(GetCurrentProcess(), TRUE));
  EXPECT(RtSetThreadPriority(GetCurrentThread(), RT_PRIORITY_MAX - 5));
  EXPECT(GetCurrentThreadId() != 0 && GetCurrentProcessId() != 0 && RtIsInRtss());
  EXPECT(RtSetTimeQuantum(GetCurrentThread(), 2) && RtGetThreadTimeQuantumEx(GetCurrentThread()) == 2000);
  EXPECT(RtSetTimeQuantum(GetCurrentThread(), 0) && !RtSetTimeQuantum(NULL, 1));
  EXPECT(RT_PRIORITY_MAX == 127 && Machine().start() == 1);
  mutex = RtCreateMutex(NULL, FALSE, _T("IPC Threads"));
  owned = RtCreateEvent(NULL, FALSE, FALSE, NULL);
  every_entry_form();
  terminated_owner_abandons();
  start_gate();
  calls_on_no_handle();
  EXPECT(CloseHandle(mutex) && RtCloseHandle(owned));
  ALL_AS_EXPECTED();
  ExitProcess(0);
}
