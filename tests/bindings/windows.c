// A program of Windows that uses RtApi.dll under Wine, for test_wine.py. Each command proves what can only be seen from
// inside and says "ok", or which line was wrong; or it plays a part beside a native process.
#include <rtapi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int wrong;
#define CHECK(condition)                                                                      \
  do {                                                                                        \
    if (!(condition)) {                                                                       \
      printf("line %d: %s is wrong; last error %lu\n", __LINE__, #condition, GetLastError()); \
      wrong = 1;                                                                              \
    }                                                                                         \
  } while (0)

static void say(const char* text) {
  puts(text);
  fflush(stdout);
}

// ---- calls ---------------------------------------------------------------------------------------------------------

// calls NAME...: the DLL has every one of them.
static void calls(int count, char** names) {
  const HMODULE dll = GetModuleHandleA("RtApi.dll");
  for (int i = 0; i < count; ++i) {
    if (GetProcAddress(dll, names[i]) != NULL) continue;
    printf("missing: %s\n", names[i]);
    wrong = 1;
  }
}

static void last_errors(void) {
  SetLastError(4711);
  const HANDLE mutex = RtCreateMutexA(NULL, FALSE, "last error");
  CHECK(mutex != NULL && GetLastError() == 0);
  CHECK(RtCreateMutexW(NULL, FALSE, L"last error") != NULL && GetLastError() == ERROR_ALREADY_EXISTS);
  SetLastError(4711);
  CHECK(RtWaitForSingleObject(mutex, 0) == WAIT_OBJECT_0 && GetLastError() == 4711);
  CHECK(RtWaitForSingleObject(mutex, INFINITE) == WAIT_OBJECT_0 && RtReleaseMutex(mutex) && GetLastError() == 4711);
  CHECK(RtReleaseMutex(mutex) && GetLastError() == 4711);
  CHECK(!RtReleaseMutex(mutex) && GetLastError() == ERROR_NOT_OWNER && RtGetLastError() == ERROR_NOT_OWNER);
  RtSetLastError(17);
  CHECK(GetLastError() == 17);
  const HANDLE event = RtCreateEventA(NULL, FALSE, FALSE, NULL);
  SetLastError(4711);
  CHECK(RtWaitForSingleObject(event, 1) == WAIT_TIMEOUT && GetLastError() == 4711);
  CHECK(RtCreateEventA(NULL, FALSE, FALSE, "last error") == NULL && GetLastError() == ERROR_INVALID_HANDLE);
}

static void wide_names(void) {
  const HANDLE made = RtCreateEventW(NULL, TRUE, FALSE, L"T\x00fcr \x2192 \xd83d\xde80");
  CHECK(made != NULL && GetLastError() == 0);
  const HANDLE found = RtOpenEventA(0, FALSE, "T\xc3\xbcr \xe2\x86\x92 \xf0\x9f\x9a\x80");
  CHECK(found != NULL && RtSetEvent(found) && RtWaitForSingleObject(made, 0) == WAIT_OBJECT_0);
  CHECK(RtCreateEventW(NULL, TRUE, FALSE, L"\xd83d alone") == NULL && GetLastError() == ERROR_INVALID_NAME);
}

// Neither side takes the other's handles for its own.
static void handles_of_windows(void) {
  char folder[MAX_PATH];
  GetTempPathA(sizeof folder, folder);
  const HANDLE theirs[] = {OpenProcess(SYNCHRONIZE, FALSE, GetCurrentProcessId()), CreateEventA(NULL, TRUE, TRUE, NULL),
                           CreateFileA(folder, 0, 7, NULL, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS, NULL)};
  for (int i = 0; i < 3; ++i) {
    CHECK(theirs[i] != NULL && theirs[i] != INVALID_HANDLE_VALUE);
    CHECK(RtWaitForSingleObject(theirs[i], 0) == WAIT_FAILED && GetLastError() == ERROR_INVALID_HANDLE);
    CHECK(!RtCloseHandle(theirs[i]) && GetLastError() == ERROR_INVALID_HANDLE);
    CHECK(CloseHandle(theirs[i]));
  }
  const HANDLE ours = RtCreateEventA(NULL, TRUE, TRUE, NULL);
  CHECK(WaitForSingleObject(ours, 0) == WAIT_FAILED && GetLastError() == ERROR_INVALID_HANDLE);
  CHECK(RtWaitForSingleObject((HANDLE)(ULONG_PTR)(DWORD)(ULONG_PTR)ours, 0) == WAIT_OBJECT_0);
}

static int __attribute__((format(gnu_printf, 3, 4))) format(char* buffer, SIZE_T size, const char* text, ...) {
  va_list arguments;
  va_start(arguments, text);
  const int length = RtssVsnprintf(buffer, size, text, arguments);
  va_end(arguments);
  return length;
}

static void printed_text(void) {
  char text[100];
  const int length =
      format(text, sizeof text, "%d %s %.2f %c %lld %d %d %.1f", -1, "two", 3.14, '4', 5LL << 40, 6, 7, 8.5);
  CHECK(length == (int)strlen(text) && strcmp(text, "-1 two 3.14 4 5497558138880 6 7 8.5") == 0);
  CHECK(RtPrintf("%d %s %.1f %ls|", 1, "two", 3.5, L"vier") == 15);
  CHECK(RtWprintf(L"%d %s %.1f\n", 1, L"two", 3.5) == 10);
}

static void windows_knows_better(void) {
  CHECK(!RtIsInRtss());
  CHECK(strcmp(RtGetCommandLineA(), GetCommandLineA()) == 0);
  CHECK(RtCreateWaitableTimerA(NULL, FALSE, NULL) == NULL && GetLastError() == ERROR_NOT_SUPPORTED);
}

// ---- threads -------------------------------------------------------------------------------------------------------

static HANDLE mutex, ready;
static DWORD thread_of_windows;

// Uses what only a thread can use that Wine knows.
static DWORD use_windows(void) {
  const HANDLE event = CreateEventA(NULL, TRUE, FALSE, NULL);
  const DWORD timed_out = WaitForSingleObject(event, 1);
  void* const memory = HeapAlloc(GetProcessHeap(), 0, 1000);
  char folder[MAX_PATH];
  const DWORD found = GetFileAttributesA(GetTempPathA(sizeof folder, folder) != 0 ? folder : "C:\\");
  HeapFree(GetProcessHeap(), 0, memory);
  CloseHandle(event);
  thread_of_windows = GetCurrentThreadId();
  return timed_out == WAIT_TIMEOUT && memory != NULL && found != INVALID_FILE_ATTRIBUTES ? 42 : 1;
}

static DWORD WINAPI returns(LPVOID argument) { return argument == &mutex ? use_windows() : 2; }
static DWORD WINAPI leaves(LPVOID argument) {
  (void)argument;
  RtExitThread(use_windows() + 1);
  return 3;
}
static DWORD WINAPI owns(LPVOID sleeps) {
  RtWaitForSingleObject(mutex, INFINITE);
  RtSetEvent(ready);
  if (sleeps != NULL) Sleep(INFINITE);
  return 0;
}
static DWORD WINAPI waits(LPVOID argument) {
  (void)argument;
  if (ready != NULL) RtSetEvent(ready);
  if (RtWaitForSingleObject(mutex, INFINITE) != WAIT_OBJECT_0) return 1;
  RtReleaseMutex(mutex);
  return 7;
}

static DWORD end_of(HANDLE thread) {
  DWORD code = 0;
  CHECK(RtWaitForSingleObject(thread, 20000) == WAIT_OBJECT_0);
  CHECK(RtGetExitCodeThread(thread, &code));
  RtCloseHandle(thread);
  return code;
}

static void threads_of_the_library(void) {
  DWORD id = 0;
  CHECK(end_of(RtCreateThread(NULL, 0, returns, &mutex, 0, &id)) == 42);
  CHECK(id != 0 && thread_of_windows != 0 && thread_of_windows != GetCurrentThreadId());
  CHECK(end_of(RtCreateThread(NULL, 1 << 20, leaves, NULL, 0, NULL)) == 43);

  const HANDLE suspended = RtCreateThread(NULL, 0, waits, NULL, CREATE_SUSPENDED, NULL);
  CHECK(RtSetThreadPriority(suspended, 20) && RtGetThreadPriority(suspended) == 20);
  CHECK(RtWaitForSingleObject(ready, 20) == WAIT_TIMEOUT);
  CHECK(RtResumeThread(suspended) == 1 && end_of(suspended) == 7);
  RtResetEvent(ready);

  const HANDLE owner = RtCreateThread(NULL, 0, owns, &mutex, 0, NULL);
  CHECK(RtWaitForSingleObject(ready, 20000) == WAIT_OBJECT_0);
  CHECK(RtTerminateThread(owner, 9) && end_of(owner) == 9);
  CHECK(RtWaitForSingleObject(mutex, 20000) == WAIT_ABANDONED && RtReleaseMutex(mutex));
}

static void threads_of_windows(void) {
  HANDLE thread = CreateThread(NULL, 0, owns, NULL, 0, NULL);
  CHECK(WaitForSingleObject(thread, 20000) == WAIT_OBJECT_0);
  CHECK(RtWaitForSingleObject(mutex, 20000) == WAIT_ABANDONED && RtReleaseMutex(mutex));

  RtWaitForSingleObject(ready, 20000);
  thread = CreateThread(NULL, 0, owns, &mutex, 0, NULL);
  CHECK(RtWaitForSingleObject(ready, 20000) == WAIT_OBJECT_0);
  CHECK(TerminateThread(thread, 3) && WaitForSingleObject(thread, 20000) == WAIT_OBJECT_0);
  CHECK(RtWaitForSingleObject(mutex, 20000) == WAIT_ABANDONED);

  thread = CreateThread(NULL, 0, waits, NULL, 0, NULL);  // waits for what this thread owns
  CHECK(RtWaitForSingleObject(ready, 20000) == WAIT_OBJECT_0);
  Sleep(50);
  CHECK(TerminateThread(thread, 3) && WaitForSingleObject(thread, 20000) == WAIT_OBJECT_0);
  CHECK(RtReleaseMutex(mutex));  // maybe to the waiter: Wine calls a thread ended before it has ended
  const DWORD result = RtWaitForSingleObject(mutex, 20000);
  CHECK(result == WAIT_OBJECT_0 || result == WAIT_ABANDONED);

  thread = CreateThread(NULL, 0, waits, NULL, 0, NULL);  // stopped as a waiter, it is served, and goes on later
  CHECK(RtWaitForSingleObject(ready, 20000) == WAIT_OBJECT_0);
  Sleep(50);
  CHECK(SuspendThread(thread) == 0 && RtReleaseMutex(mutex));
  CHECK(RtWaitForSingleObject(mutex, 50) == WAIT_TIMEOUT);
  CHECK(ResumeThread(thread) == 1 && WaitForSingleObject(thread, 20000) == WAIT_OBJECT_0);
  CHECK(RtWaitForSingleObject(mutex, 20000) == WAIT_OBJECT_0 && RtReleaseMutex(mutex));
}

static volatile LONG ticks;
static VOID WINAPI tick(PVOID context) {
  if (context == &ticks && use_windows() == 42 && InterlockedIncrement(&ticks) == 5) RtSetEvent(ready);
}

static void timers(void) {
  const HANDLE timer = RtCreateTimer(NULL, 0, tick, (PVOID)&ticks, 30, CLOCK_FASTEST);
  LARGE_INTEGER period = {.QuadPart = 20000};
  CHECK(timer != NULL && RtSetTimerRelative(timer, &period, &period));
  CHECK(RtWaitForSingleObject(ready, 20000) == WAIT_OBJECT_0);
  CHECK(RtDeleteTimer(timer));
}

static void threads(void) {
  mutex = RtCreateMutexA(NULL, FALSE, NULL);
  ready = RtCreateEventA(NULL, FALSE, FALSE, NULL);
  threads_of_the_library();
  threads_of_windows();
  timers();
}

// ---- parts beside a native process ---------------------------------------------------------------------------------

// end WAY MUTEX [waiting]: ends in that way, as the mutex's owner, or while a thread of it waits for the mutex.
static volatile int* volatile nowhere = (volatile int*)16;

static void end(const char* way, const char* name, int waiting) {
  mutex = RtCreateMutexA(NULL, FALSE, name);
  CHECK(mutex != NULL);
  if (waiting) {
    CHECK(RtCreateThread(NULL, 0, waits, NULL, 0, NULL) != NULL);
    say("waiting");
    getchar();
  } else {
    CHECK(RtWaitForSingleObject(mutex, 20000) == WAIT_OBJECT_0);
    say("owned");
  }
  if (strcmp(way, "exit") == 0) exit(3);
  if (strcmp(way, "ExitProcess") == 0) ExitProcess(3);
  if (strcmp(way, "TerminateProcess") == 0) TerminateProcess(GetCurrentProcess(), 3);
  if (strcmp(way, "RtExitProcess") == 0) RtExitProcess(3);
  if (strcmp(way, "RtTerminateProcess") == 0) RtTerminateProcess(RtGetCurrentProcess(), 3);
  if (strcmp(way, "abort") == 0) abort();
  if (strcmp(way, "access violation") == 0) *nowhere = 0;
  if (strcmp(way, "violation in a thread") == 0) {
    RtCreateThread(NULL, 0, (LPTHREAD_START_ROUTINE)(void*)16, NULL, 0, NULL);
    Sleep(INFINITE);
  }
  if (strcmp(way, "killed") == 0) Sleep(INFINITE);
}

static VOID WINAPI shut_down(PVOID name, LONG reason) {
  const HANDLE event = RtOpenEventA(0, FALSE, name);
  if (reason == RT_SHUTDOWN_OPERATOR_REQUEST && use_windows() == 42) RtSetEvent(event);
  ExitProcess(0);
}

// shutdown EVENT: its handler sets the event.
static void listen_for_shutdown(char* name) {
  CHECK(RtAttachShutdownHandler(NULL, 0, shut_down, name, 10) != NULL);
  say("attached");
  Sleep(INFINITE);
}

int main(int count, char** words) {
  const char* command = count > 1 ? words[1] : "";
  if (strcmp(command, "calls") == 0) calls(count - 2, words + 2);
  if (strcmp(command, "inside") == 0) {
    last_errors();
    wide_names();
    handles_of_windows();
    printed_text();
    windows_knows_better();
  }
  if (strcmp(command, "threads") == 0) threads();
  if (strcmp(command, "end") == 0) end(words[2], words[3], count > 4);
  if (strcmp(command, "shutdown") == 0) listen_for_shutdown(words[2]);
  if (!wrong) say("ok");
  return wrong;
}
