/* Threads: exit codes, suspension, local storage; interlocked arithmetic. */
#include "oracle.h"

#define TELL(call)                                                        \
  do {                                                                    \
    SetLastError(12345);                                                  \
    const int result = (int)(call);                                       \
    answer("threads", #call, "%d error %d", result, (int)GetLastError()); \
  } while (0)

static DWORD slot;
static DWORD WINAPI returning(LPVOID code) { return (DWORD)(DWORD_PTR)code; }
static DWORD WINAPI exiting(LPVOID code) {
  ExitThread((DWORD)(DWORD_PTR)code);
  return 0;
}
static DWORD WINAPI waiting(LPVOID event) { return WaitForSingleObject((HANDLE)event, INFINITE); }
static DWORD WINAPI looking(LPVOID unused) {
  (void)unused;
  return TlsGetValue(slot) == NULL ? 5 : 6;
}
static DWORD code_of(HANDLE thread) {
  DWORD code = 77;
  return GetExitCodeThread(thread, &code) ? code : 78;
}
static int end_of(LPTHREAD_START_ROUTINE routine, DWORD_PTR argument) {
  const HANDLE thread = CreateThread(NULL, 0, routine, (LPVOID)argument, 0, NULL);
  WaitForSingleObject(thread, INFINITE);
  const int code = (int)code_of(thread);
  CloseHandle(thread);
  return code;
}

void thread_cases(void) {
  HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
  HANDLE thread = CreateThread(NULL, 0, waiting, event, CREATE_SUSPENDED, NULL);
  LONG number = 5;
  TELL(end_of(returning, 0));
  TELL(end_of(returning, 42));
  TELL(end_of(returning, 259));
  TELL(end_of(exiting, 7));
  TELL(end_of(exiting, 0xffffffff));
  TELL(code_of(thread));
  TELL(WaitForSingleObject(thread, 0));
  TELL(SuspendThread(thread));
  TELL(ResumeThread(thread));
  TELL(ResumeThread(thread));
  TELL(ResumeThread(thread));
  TELL(SetEvent(event));
  TELL(WaitForSingleObject(thread, INFINITE));
  TELL(code_of(thread));
  TELL(TerminateThread(thread, 9) >= 0);
  TELL(code_of(thread));
  TELL(code_of(event));
  TELL(code_of(NULL));
  TELL(CloseHandle(thread));
  TELL(code_of(thread));
  TELL(ResumeThread(event));
  slot = TlsAlloc();
  TELL(TlsSetValue(slot, &number));
  TELL(TlsGetValue(slot) == &number);
  TELL(end_of(looking, 0));
  TELL(TlsFree(slot));
  TELL(InterlockedIncrement(&number));
  TELL(InterlockedDecrement(&number));
  TELL(InterlockedExchange(&number, 9));
  TELL(InterlockedExchangeAdd(&number, 3));
  TELL(InterlockedCompareExchange(&number, 1, 12));
  TELL(InterlockedCompareExchange(&number, 2, 12));
  TELL(number);
}
