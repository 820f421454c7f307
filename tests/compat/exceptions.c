/* The filter for unhandled exceptions: what it is shown, and what becomes of each of its verdicts. Each fault happens
 * in a child process. */
#include <sys/resource.h>
#include <sys/wait.h>
#include <windows.h>

#include "expect.h"

static volatile int* volatile nowhere = (int*)16;
static LONG verdict;
static DWORD wanted_code;
static volatile int zero;

static LONG WINAPI filter(EXCEPTION_POINTERS* exception) {
  const EXCEPTION_RECORD* const record = exception->ExceptionRecord;
  const PVOID at = record->ExceptionAddress;
  if (record->ExceptionCode != wanted_code || at == NULL) _exit(90);
  if (wanted_code == EXCEPTION_ACCESS_VIOLATION &&
      (record->NumberParameters != 2 || record->ExceptionInformation[1] != 16)) {
    _exit(91);
  }
#ifdef __x86_64__
  if (wanted_code != 0xE0000001 && exception->ContextRecord->Rip != (DWORD64)at) _exit(92);
  if (wanted_code == EXCEPTION_ACCESS_VIOLATION && record->ExceptionInformation[0] != 1) _exit(93);
#endif
  if (verdict == EXCEPTION_CONTINUE_EXECUTION) nowhere = (int*)&zero; /* too late for the register */
  return verdict;
}

static void write_nowhere(void) { *nowhere = 1; }
static void divide(void) { zero = 100 / zero; }
static void stop(void) { DebugBreak(); }
static void raise_own(void) {
  const ULONG_PTR arguments[2] = {1, 2};
  RaiseException(0xE0000001, 0, 2, arguments);
}

/* The status of a child that fails so. */
static int status_of(VOID (*fail)(void), DWORD code, LONG answer, LPTOP_LEVEL_EXCEPTION_FILTER with) {
  const struct rlimit none = {0, 0};
  int status = 0;
  const pid_t child = fork();
  if (child == 0) {
    setrlimit(RLIMIT_CORE, &none);
    wanted_code = code;
    verdict = answer;
    SetUnhandledExceptionFilter(filter);
    SetUnhandledExceptionFilter(with);
    fail();
    _exit(7);
  }
  EXPECT(child > 0 && waitpid(child, &status, 0) == child);
  return status;
}
#define EXITED(status, code) (WIFEXITED(status) && WEXITSTATUS(status) == (code))
#define KILLED(status, signal) (WIFSIGNALED(status) && WTERMSIG(status) == (signal))

int main(void) {
  int status;
  EXPECT(SetUnhandledExceptionFilter(filter) == NULL && SetUnhandledExceptionFilter(NULL) == filter);

  status = status_of(write_nowhere, EXCEPTION_ACCESS_VIOLATION, EXCEPTION_EXECUTE_HANDLER, filter);
  EXPECT(EXITED(status, 5));
  status = status_of(write_nowhere, EXCEPTION_ACCESS_VIOLATION, EXCEPTION_CONTINUE_SEARCH, filter);
  EXPECT(KILLED(status, SIGSEGV));
  status = status_of(write_nowhere, EXCEPTION_ACCESS_VIOLATION, EXCEPTION_EXECUTE_HANDLER, NULL);
  EXPECT(KILLED(status, SIGSEGV));
#ifdef __x86_64__ /* elsewhere a division by zero is no fault */
  status = status_of(divide, EXCEPTION_INT_DIVIDE_BY_ZERO, EXCEPTION_EXECUTE_HANDLER, filter);
  EXPECT(EXITED(status, 0x94));
#else
  (void)divide;
#endif
  status = status_of(stop, EXCEPTION_BREAKPOINT, EXCEPTION_CONTINUE_EXECUTION, filter);
  EXPECT(EXITED(status, 7));
  status = status_of(stop, EXCEPTION_BREAKPOINT, EXCEPTION_CONTINUE_SEARCH, filter);
  EXPECT(KILLED(status, SIGTRAP));
  status = status_of(raise_own, 0xE0000001, EXCEPTION_CONTINUE_EXECUTION, filter);
  EXPECT(EXITED(status, 7));
  status = status_of(raise_own, 0xE0000001, EXCEPTION_EXECUTE_HANDLER, filter);
  EXPECT(EXITED(status, 1));
  status = status_of(raise_own, 0xE0000001, EXCEPTION_CONTINUE_SEARCH, filter);
  EXPECT(KILLED(status, SIGABRT));
  EXPECT(!IsDebuggerPresent());
  ALL_AS_EXPECTED();
  return 0;
}
