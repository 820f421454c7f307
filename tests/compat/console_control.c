/* Handlers of Ctrl-C and its kin: the last added is asked first; when none wants it, the signal ends the process. */
#include <sys/wait.h>
#include <windows.h>

#include "expect.h"

static volatile LONG first_events, second_events;
static volatile DWORD latest;
static BOOL second_handles = TRUE;
static HANDLE called;

static BOOL WINAPI first(DWORD event) {
  latest = event;
  InterlockedIncrement(&first_events);
  RtSetEvent(called);
  return TRUE;
}
static BOOL WINAPI second(DWORD event) {
  const BOOL handled = second_handles; /* before the main thread changes it */
  latest = event;
  InterlockedIncrement(&second_events);
  if (handled) RtSetEvent(called);
  return handled;
}

int main(void) {
  int status = 0;
  pid_t child = fork();
  if (child == 0) { /* nothing wants it */
    SetConsoleCtrlHandler(first, TRUE);
    SetConsoleCtrlHandler(first, FALSE);
    kill(getpid(), SIGTERM);
    for (;;) pause();
  }
  EXPECT(waitpid(child, &status, 0) == child && WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);

  called = RtCreateEvent(NULL, FALSE, FALSE, NULL);
  EXPECT(!SetConsoleCtrlHandler(first, FALSE) && GetLastError() == ERROR_INVALID_PARAMETER);
  EXPECT(SetConsoleCtrlHandler(first, TRUE) && SetConsoleCtrlHandler(second, TRUE));
  kill(getpid(), SIGINT);
  EXPECT(RtWaitForSingleObject(called, LONGEST_WAIT) == WAIT_OBJECT_0 && latest == CTRL_C_EVENT && second_events == 1);
  EXPECT(first_events == 0);
  second_handles = FALSE;
  kill(getpid(), SIGTERM);
  EXPECT(RtWaitForSingleObject(called, LONGEST_WAIT) == WAIT_OBJECT_0 && latest == CTRL_SHUTDOWN_EVENT &&
         first_events == 1);
  EXPECT(second_events == 2);

  EXPECT(SetConsoleCtrlHandler(NULL, TRUE)); /* Ctrl-C is ignored, the others are not */
  kill(getpid(), SIGINT);
  kill(getpid(), SIGHUP);
  EXPECT(RtWaitForSingleObject(called, LONGEST_WAIT) == WAIT_OBJECT_0 && latest == CTRL_CLOSE_EVENT &&
         first_events == 2);
  EXPECT(second_events == 3 && SetConsoleCtrlHandler(second, FALSE));

  child = fork();
  if (child == 0) { /* a child has no thread that could call them */
    kill(getpid(), SIGTERM);
    for (;;) pause();
  }
  EXPECT(waitpid(child, &status, 0) == child && WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
  EXPECT(first_events == 2);
  ALL_AS_EXPECTED();
  return 0;
}
