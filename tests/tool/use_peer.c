/* A program that uses the C API, for the tests of the command: the other side of each conversation. */
#include <rtapi.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void say(const char* word) {
  puts(word);
  fflush(stdout);
}

static int failed(const char* what) {
  fprintf(stderr, "use_peer: %s: error %u\n", what, (unsigned)RtGetLastError());
  return 1;
}

/* Any byte will do, and so will the end. */
static void await_word(void) {
  char byte;
  if (read(STDIN_FILENO, &byte, 1) < 0) _exit(1);
}

static int result_of(DWORD result) {
  if (result == WAIT_FAILED) return failed("wait");
  say(result == WAIT_TIMEOUT ? "timeout" : result >= WAIT_ABANDONED_0 ? "abandoned" : "owned");
  return result == WAIT_TIMEOUT ? 75 : 0;
}

/* Owns the mutex until its input says so. */
static int own(const char* name) {
  HANDLE mutex = RtCreateMutexA(NULL, FALSE, name);
  if (mutex == NULL) return failed("RtCreateMutex");
  const int code = result_of(RtWaitForSingleObject(mutex, INFINITE));
  if (code != 0) return code;
  await_word();
  return RtReleaseMutex(mutex) ? 0 : failed("RtReleaseMutex");
}

/* Has the mutex open until its input says so. */
static int keep(const char* name) {
  if (RtCreateMutexA(NULL, FALSE, name) == NULL) return failed("RtCreateMutex");
  say(RtGetLastError() == ERROR_ALREADY_EXISTS ? "existed" : "created");
  await_word();
  return 0;
}

/* Takes and releases the mutex at once. */
static int take(const char* name) {
  HANDLE mutex = RtCreateMutexA(NULL, FALSE, name);
  const int code = result_of(RtWaitForSingleObject(mutex, 0));
  if (code == 0) RtReleaseMutex(mutex);
  return code;
}

static int add_one(const char* file) {
  long number = 0;
  FILE* const in = fopen(file, "r");
  if (in == NULL || fscanf(in, "%ld", &number) != 1) return 0;
  fclose(in);
  FILE* const out = fopen(file, "w");
  return out != NULL && fprintf(out, "%ld\n", number + 1) > 0 && fclose(out) == 0;
}

/* Adds one to the number in a file, so many times, under the mutex. */
static int count(const char* name, const char* file, long times) {
  HANDLE mutex = RtCreateMutexA(NULL, FALSE, name);
  if (mutex == NULL) return failed("RtCreateMutex");
  for (long i = 0; i < times; ++i) {
    if (RtWaitForSingleObject(mutex, INFINITE) != WAIT_OBJECT_0) return failed("wait");
    if (!add_one(file)) return failed(file);
    if (!RtReleaseMutex(mutex)) return failed("RtReleaseMutex");
  }
  return 0;
}

static int await_event(const char* name) {
  HANDLE event = RtOpenEventA(SYNCHRONIZE, FALSE, name);
  if (event == NULL) return failed("RtOpenEvent");
  return result_of(RtWaitForSingleObject(event, INFINITE));
}

static int set(const char* name) {
  HANDLE event = RtOpenEventA(EVENT_MODIFY_STATE, FALSE, name);
  return event != NULL && RtSetEvent(event) ? 0 : failed("RtSetEvent");
}

static int units(const char* name) {
  RTSS_SEMAPHORE_STATE state = {sizeof state, 0, 0};
  HANDLE semaphore = RtOpenSemaphoreA(SYNCHRONIZE, FALSE, name);
  if (semaphore == NULL || !RtssQuerySemaphore(semaphore, &state)) return failed("RtssQuerySemaphore");
  printf("%d\n", (int)state.CurrentCount);
  return 0;
}

static int post(const char* name, LONG count_to_post) {
  HANDLE semaphore = RtOpenSemaphoreA(SYNCHRONIZE, FALSE, name);
  return semaphore != NULL && RtReleaseSemaphore(semaphore, count_to_post, NULL) ? 0 : failed("RtReleaseSemaphore");
}

static int await_unit(const char* name) {
  HANDLE semaphore = RtOpenSemaphoreA(SYNCHRONIZE, FALSE, name);
  if (semaphore == NULL) return failed("RtOpenSemaphore");
  return result_of(RtWaitForSingleObject(semaphore, INFINITE));
}

static int write_memory(const char* name, const char* text) {
  void* at = NULL;
  if (RtOpenSharedMemoryA(SHM_MAP_WRITE, FALSE, name, &at) == NULL) return failed("RtOpenSharedMemory");
  memcpy(at, text, strlen(text));
  return 0;
}

static int print_memory(const char* name) {
  void* at = NULL;
  if (RtOpenSharedMemoryA(SHM_MAP_WRITE, FALSE, name, &at) == NULL) return failed("RtOpenSharedMemory");
  say(at);
  return 0;
}

static int log_descriptor;

static void note(int number) {
  char line[] = "got 00\n";
  line[4] = (char)('0' + number / 10);
  line[5] = (char)('0' + number % 10);
  if (write(log_descriptor, line, sizeof line - 1) < 0) _exit(1);
}

/* Writes down each signal that it gets, until it is killed. */
static int note_signals(const char* file) {
  FILE* const log = fopen(file, "w");
  if (log == NULL) return 1;
  log_descriptor = fileno(log);
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = note;
  for (int number = 1; number <= SIGRTMAX; ++number) sigaction(number, &action, NULL);
  say("ready");
  while (1) pause();
}

int main(int argc, char** argv) {
  const char* const verb = argc > 2 ? argv[1] : "";
  const char* const name = argc > 2 ? argv[2] : "";
  alarm(250); /* left behind, it ends all the same; note_signals is killed by its parent's death */
  if (strcmp(verb, "own") == 0) return own(name);
  if (strcmp(verb, "ignore-term") == 0) {
    signal(SIGTERM, SIG_IGN);
    return own(name);
  }
  if (strcmp(verb, "keep") == 0) return keep(name);
  if (strcmp(verb, "take") == 0) return take(name);
  if (strcmp(verb, "await-event") == 0) return await_event(name);
  if (strcmp(verb, "set") == 0) return set(name);
  if (strcmp(verb, "units") == 0) return units(name);
  if (strcmp(verb, "await-unit") == 0) return await_unit(name);
  if (strcmp(verb, "print") == 0) return print_memory(name);
  if (strcmp(verb, "note-signals") == 0) return note_signals(name);
  if (strcmp(verb, "post") == 0 && argc == 4) return post(name, (LONG)atol(argv[3]));
  if (strcmp(verb, "write") == 0 && argc == 4) return write_memory(name, argv[3]);
  if (strcmp(verb, "count") == 0 && argc == 5) return count(name, argv[3], atol(argv[4]));
  fprintf(stderr, "use_peer: %s?\n", verb);
  return 2;
}
