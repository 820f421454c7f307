// Started by the process tests. The first argument says what to do.
#include <rtapi.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static HANDLE event(const char* name) { return RtOpenEventA(0, FALSE, name); }

static void print_all(const char* file, int argc, char** argv) {
  FILE* const out = fopen(file, "we");
  char directory[4096];
  for (int i = 0; i < argc; ++i) fprintf(out, "[%s]", argv[i]);
  fprintf(out, "\n%s\n%s\n", getcwd(directory, sizeof directory), getenv("PORTING") != NULL ? getenv("PORTING") : "-");
  fclose(out);
}

int main(int argc, char** argv) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  alarm(120);
  const char* const order = argc > 1 ? argv[1] : "";
  if (strcmp(order, "exit") == 0) return atoi(argv[2]);
  if (strcmp(order, "ExitProcess") == 0) RtExitProcess((UINT)strtoul(argv[2], NULL, 0));
  if (strcmp(order, "args") == 0) print_all(argv[2], argc - 3, argv + 3);
  if (strcmp(order, "sleep") == 0) pause();
  if (strcmp(order, "attach") == 0) {  // joins the namespace, owns the mutex, says so, leaves when "Leave" is set
    HANDLE mutex = RtOpenMutexA(0, FALSE, "Child's");
    RtWaitForSingleObject(mutex, INFINITE);
    RtSetEvent(event("Ready"));
    RtWaitForSingleObject(event("Leave"), INFINITE);
    RtExitProcess(0x12345678);
  }
  if (strcmp(order, "last thread") == 0) {  // the main thread exits or is terminated
    static const HANDLE mains = RtCreateMutexA(NULL, TRUE, NULL);
    RtCreateThread(
        NULL, 0, [](void*) -> DWORD { return RtWaitForSingleObject(mains, INFINITE) == WAIT_ABANDONED ? 23 : 24; },
        NULL, 0, NULL);
    if (strcmp(argv[2], "terminated") == 0) RtTerminateThread(RtGetCurrentThread(), 5);
    RtExitThread(5);
  }
  if (strcmp(order, "shutdown") == 0) {
    static HANDLE leave = RtCreateEventA(NULL, TRUE, FALSE, NULL);
    static LONG seen = 0;
    RtAttachShutdownHandler(
        NULL, 0,
        [](PVOID context, LONG reason) {
          seen = reason;
          RtSetEvent(*static_cast<HANDLE*>(context));
        },
        &leave, 10);
    RtSetEvent(event("Ready"));
    RtWaitForSingleObject(leave, INFINITE);
    return 40 + (int)seen;
  }
  if (strcmp(order, "stubborn") == 0) {
    RtAttachShutdownHandler(
        NULL, 0, [](PVOID, LONG) { RtSetEvent(event("Called")); }, NULL, 10);
    RtSetEvent(event("Ready"));
    for (;;) pause();
  }
  return 0;
}
