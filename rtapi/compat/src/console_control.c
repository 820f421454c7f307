// Signals that end a console program, seen by Win32's control handlers. A signal handler writes the signal into a pipe;
// a thread reads it and calls the routines.
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "rtapi_compat/console_control.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum { kMostRoutines = 16 };

static const struct {
  int signal;
  DWORD event;
} kinds[] = {
    {SIGINT, CTRL_C_EVENT}, {SIGQUIT, CTRL_BREAK_EVENT}, {SIGHUP, CTRL_CLOSE_EVENT}, {SIGTERM, CTRL_SHUTDOWN_EVENT}};
enum { kKinds = sizeof kinds / sizeof kinds[0] };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static PHANDLER_ROUTINE routines[kMostRoutines];
static int routine_count;
static BOOL ignoring_ctrl_c;
static int signals[2] = {-1, -1};
static pid_t listening;  // the process whose thread reads: a child of it has none

static void die_of(int signal) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = SIG_DFL;
  sigaction(signal, &action, NULL);
  kill(getpid(), signal);
}

static void on_signal(int signal) {
  const int error = errno;
  const unsigned char byte = (unsigned char)signal;
  if (listening != getpid() || write(signals[1], &byte, 1) != 1) die_of(signal);
  errno = error;
}

static void tell(int signal) {
  PHANDLER_ROUTINE now[kMostRoutines];
  pthread_mutex_lock(&mutex);
  int left = routine_count;
  const BOOL ignored = signal == SIGINT && ignoring_ctrl_c;
  memcpy(now, routines, sizeof now);
  pthread_mutex_unlock(&mutex);
  if (ignored) return;
  DWORD event = 0;
  for (int i = 0; i < kKinds; ++i) {
    if (kinds[i].signal == signal) event = kinds[i].event;
  }
  while (left > 0) {
    if (now[--left](event)) return;
  }
  die_of(signal);
}

static void* listen(void* unused) {
  unsigned char signal;
  (void)unused;
  for (;;) {
    const ssize_t got = read(signals[0], &signal, 1);
    if (got == 1) tell(signal);
    if (got == 0 || (got < 0 && errno != EINTR)) return NULL;
  }
}

// Under the mutex. The thread lives as long as the process.
static BOOL start_listening(void) {
  pthread_t thread;
  pthread_attr_t attributes;
  sigset_t every, mask;
  if (listening == getpid()) return TRUE;
  if (pipe2(signals, O_CLOEXEC) != 0) return FALSE;
  sigfillset(&every);
  pthread_sigmask(SIG_SETMASK, &every, &mask);
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  const BOOL started = pthread_create(&thread, &attributes, listen, NULL) == 0;
  pthread_attr_destroy(&attributes);
  pthread_sigmask(SIG_SETMASK, &mask, NULL);
  if (started) listening = getpid();
  return started;
}

static void catch_signals(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (int i = 0; i < kKinds; ++i) sigaction(kinds[i].signal, &action, NULL);
}

// The code of what went wrong, or 0. Under the mutex.
static DWORD change(PHANDLER_ROUTINE routine, BOOL add) {
  if (add && routine != NULL && routine_count == kMostRoutines) return ERROR_NOT_ENOUGH_MEMORY;
  int at = routine_count - 1;
  while (!add && routine != NULL && at >= 0 && routines[at] != routine) --at;
  if (!add && routine != NULL && at < 0) return ERROR_INVALID_PARAMETER;
  if (!start_listening()) return ERROR_NOT_ENOUGH_MEMORY;
  if (routine == NULL) {
    ignoring_ctrl_c = add;
  } else if (add) {
    routines[routine_count++] = routine;
  } else {
    --routine_count;
    memmove(routines + at, routines + at + 1, (size_t)(routine_count - at) * sizeof routines[0]);
  }
  catch_signals();
  return 0;
}

BOOL SetConsoleCtrlHandler(PHANDLER_ROUTINE routine, BOOL add) {
  pthread_mutex_lock(&mutex);
  const DWORD failed = change(routine, add);
  pthread_mutex_unlock(&mutex);
  if (failed != 0) SetLastError(failed);
  return failed == 0;
}
