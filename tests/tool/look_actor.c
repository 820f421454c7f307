/* A process to look at: does what its arguments say, one after the other, through the C API. It ends with its parent,
 * and after two minutes in any case.
 *
 *   level N            sets its level           own NAME          creates a mutex, or waits for it
 *   find NAME          waits till mutex exists  wait NAME         waits for a mutex
 *   give NAME          releases a mutex         poll NAME MS      waits for a mutex so long
 *   event NAME         creates one, auto-reset  manual NAME       creates one, manual-reset
 *   set NAME           sets an event            await NAME        waits for an event
 *   any NAME NAME      waits for a mutex or an event              all NAME NAME     for both
 *   sem NAME N MAX     creates a semaphore      shm NAME BYTES    creates shared memory
 *   thread N           starts a thread of this level
 *   anonymous          owns a mutex without a name
 *   handler            attaches a shutdown handler, and makes a timer
 *   churn NAME         takes and gives a mutex for ever
 *   ready              prints "ready"           hold              sleeps for ever
 */
#include <rtapi.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static void check(int holds, const char* what) {
  if (holds) return;
  fprintf(stderr, "actor: %s: error %u\n", what, (unsigned)GetLastError());
  _exit(1);
}

static HANDLE mutex_of(const char* name) {
  HANDLE mutex = RtCreateMutexA(NULL, FALSE, name);
  check(mutex != NULL, name);
  return mutex;
}

static HANDLE event_of(const char* name, BOOL manual) {
  HANDLE event = RtCreateEventA(NULL, manual, FALSE, name);
  check(event != NULL, name);
  return event;
}

static void take(HANDLE mutex, const char* name) {
  DWORD result = RtWaitForSingleObject(mutex, INFINITE);
  check(result == WAIT_OBJECT_0 || result == WAIT_ABANDONED, name);
}

/* A look that finds a mutex owned anew finds it owned. */
static void own(const char* name) {
  SetLastError(ERROR_SUCCESS);
  HANDLE mutex = RtCreateMutexA(NULL, TRUE, name);
  check(mutex != NULL, name);
  if (GetLastError() == ERROR_ALREADY_EXISTS) take(mutex, name);
}

static void find(const char* name) {
  HANDLE mutex;
  while ((mutex = RtOpenMutexA(SYNCHRONIZE, FALSE, name)) == NULL) usleep(1000);
  RtCloseHandle(mutex);
}

static void churn(const char* name) {
  HANDLE mutex = mutex_of(name);
  for (;;) {
    DWORD result = RtWaitForSingleObject(mutex, INFINITE);
    check(result == WAIT_OBJECT_0 || result == WAIT_ABANDONED, "churn");
    usleep(50);
    RtReleaseMutex(mutex);
  }
}

static void wait_for_two(const char* mutex, const char* event, BOOL all) {
  HANDLE both[2] = {mutex_of(mutex), event_of(event, TRUE)};
  check(RtWaitForMultipleObjects(2, both, all, INFINITE) != WAIT_FAILED, "wait for two");
}

static DWORD RTFCNDCL idle(LPVOID unused) {
  (void)unused;
  pause();
  return 0;
}

static void start_thread(int level) {
  HANDLE thread = RtCreateThread(NULL, 0, idle, NULL, 0, NULL);
  check(thread != NULL && RtSetThreadPriority(thread, level), "thread");
}

static void RTFCNDCL shut_down(PVOID context, LONG reason) {
  (void)context;
  (void)reason;
}
static void RTFCNDCL expire(PVOID context) { (void)context; }

/* Returns how many arguments it used. */
static int act(const char* verb, char** arguments) {
  if (strcmp(verb, "ready") == 0) {
    puts("ready");
    fflush(stdout);
    return 0;
  }
  if (strcmp(verb, "hold") == 0) {
    for (;;) pause();
  }
  if (strcmp(verb, "anonymous") == 0) {
    check(RtCreateMutexA(NULL, TRUE, NULL) != NULL, verb);
    return 0;
  }
  if (strcmp(verb, "handler") == 0) {
    check(RtAttachShutdownHandler(NULL, 0, shut_down, NULL, 0) != NULL, verb);
    check(RtCreateTimer(NULL, 0, expire, NULL, 0, CLOCK_2) != NULL, "timer");
    return 0;
  }
  const char* name = arguments[0];
  check(name != NULL, "an argument is missing");
  if (strcmp(verb, "level") == 0) {
    check(RtSetThreadPriority(RtGetCurrentThread(), atoi(name)), verb);
  } else if (strcmp(verb, "thread") == 0) {
    start_thread(atoi(name));
  } else if (strcmp(verb, "own") == 0) {
    own(name);
  } else if (strcmp(verb, "wait") == 0) {
    take(mutex_of(name), name);
  } else if (strcmp(verb, "find") == 0) {
    find(name);
  } else if (strcmp(verb, "give") == 0) {
    check(RtReleaseMutex(mutex_of(name)), verb);
  } else if (strcmp(verb, "event") == 0) {
    event_of(name, FALSE);
  } else if (strcmp(verb, "manual") == 0) {
    event_of(name, TRUE);
  } else if (strcmp(verb, "set") == 0) {
    check(RtSetEvent(event_of(name, FALSE)), verb);
  } else if (strcmp(verb, "await") == 0) {
    check(RtWaitForSingleObject(event_of(name, FALSE), INFINITE) == WAIT_OBJECT_0, verb);
  } else if (strcmp(verb, "churn") == 0) {
    churn(name);
  } else {
    check(arguments[1] != NULL, "an argument is missing");
    if (strcmp(verb, "poll") == 0) {
      RtWaitForSingleObject(mutex_of(name), (DWORD)atoi(arguments[1]));
    } else if (strcmp(verb, "any") == 0) {
      wait_for_two(name, arguments[1], FALSE);
    } else if (strcmp(verb, "all") == 0) {
      wait_for_two(name, arguments[1], TRUE);
    } else if (strcmp(verb, "shm") == 0) {
      void* address = NULL;
      check(RtCreateSharedMemoryA(PAGE_READWRITE, 0, (DWORD)atoi(arguments[1]), name, &address) != NULL, verb);
    } else if (strcmp(verb, "sem") == 0 && arguments[2] != NULL) {
      check(RtCreateSemaphoreA(NULL, atoi(arguments[1]), atoi(arguments[2]), name) != NULL, verb);
      return 3;
    } else {
      check(0, verb);
    }
    return 2;
  }
  return 1;
}

int main(int argc, char** argv) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  alarm(120);
  for (int i = 1; i < argc; ++i) i += act(argv[i], argv + i + 1);
  return 0;
}
