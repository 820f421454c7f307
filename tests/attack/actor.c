// What a program does to which something is denied: ACTOR COMMAND ... One line of output for each thing done.
//   deny CALL ERROR [ARGUMENT] -- COMMAND ...   a seccomp filter answers ERROR to a system call from here on
//   own NAME        creates a mutex, takes it without waiting, holds it until standard input ends
//   shm NAME BYTES, open-shm NAME
//   attach COMMAND ..., change-user UID COMMAND ...   a first call before it; another effective user
//   main-ends [member] SECONDS   main ends by pthread_exit; another thread goes on for so long
//   sleep MS, sleep-ft MS, wait MS, wait-ex MS, wait-all MS, wait-any MS, wait-mutex MS, wait-self MS, timer MS
//   c-library       what the C library's clock says, and what becomes of a sleep
//   trace PID       attaches to each thread of a process, interrupts it and lets it go; 77 if that is not permitted
//   bad-handles     calls each function that takes a handle with one that is none
//   keys            first call when no pthread key is left
//   standard        first call, then what descriptors 0 to 2 are
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <rtapi.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifdef TLS_KB
static __thread volatile char much[TLS_KB * 1024];
#endif

static void say(const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vprintf(format, arguments);
  va_end(arguments);
  puts("");
  fflush(stdout);
}

static void until_input_ends(void) {
  char byte;
  while (read(STDIN_FILENO, &byte, 1) == 1) {
  }
}

static double now_ms(void) {  // not through the C library: it may be a false clock
  struct timespec now = {0};
  syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static int deny(const char* call, int error, long argument) {
  const struct {
    const char* name;
    unsigned number;
  } calls[] = {{"futex_waitv", SYS_futex_waitv},
               {"membarrier", SYS_membarrier},
               {"get_robust_list", SYS_get_robust_list},
               {"clock_nanosleep", SYS_clock_nanosleep},
               {"tgkill", SYS_tgkill},
               {"tkill", SYS_tkill},
               {"openat", SYS_openat},
               {"newfstatat", SYS_newfstatat},
               {"statfs", SYS_statfs},
               {"fstatfs", SYS_fstatfs},
               {"readlinkat", SYS_readlinkat}};
  for (size_t i = 0; i < sizeof calls / sizeof *calls; ++i) {
    if (strcmp(call, calls[i].name) != 0) continue;
    const unsigned first_argument = (unsigned)offsetof(struct seccomp_data, args);
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, calls[i].number, 0, (unsigned char)(argument < 0 ? 1 : 3)),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ((unsigned)error & SECCOMP_RET_DATA)),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_filter with_argument[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, calls[i].number, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, first_argument),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)argument, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ((unsigned)error & SECCOMP_RET_DATA)),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    if (argument < 0) filter[1].jf = 1;
    const struct sock_fprog program = argument < 0 ? (struct sock_fprog){sizeof filter / sizeof *filter, filter}
                                                   : (struct sock_fprog){6, with_argument};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) == 0;
  }
  return 0;
}

static int own(const char* name) {
  RtSetLastError(0);
  const HANDLE mutex = RtCreateMutexA(NULL, FALSE, name);
  if (mutex == NULL) {
    say("error %u", (unsigned)RtGetLastError());
    return 1;
  }
  const DWORD waited = RtWaitForSingleObject(mutex, 0);
  say("%s", waited == WAIT_OBJECT_0    ? "owned"
            : waited == WAIT_ABANDONED ? "abandoned"
            : waited == WAIT_TIMEOUT   ? "held"
                                       : "failed");
  until_input_ends();
  if (waited == WAIT_TIMEOUT) return 0;
  say("%s", RtReleaseMutex(mutex) ? "released" : "lost");
  return 0;
}

static int shared_memory(const char* name, const char* bytes) {
  void* address = NULL;
  const HANDLE memory = bytes != NULL ? RtCreateSharedMemoryA(SHM_MAP_ALL_ACCESS, 0, (DWORD)atol(bytes), name, &address)
                                      : RtOpenSharedMemoryA(SHM_MAP_ALL_ACCESS, FALSE, name, &address);
  if (memory == NULL)
    say("error %u", (unsigned)RtGetLastError());
  else
    say("mapped");
  return memory == NULL;
}

static double worker_seconds;
static void* work(void* unused) {
  struct timespec span = {(time_t)worker_seconds, (long)((worker_seconds - (double)(time_t)worker_seconds) * 1e9)};
  while (nanosleep(&span, &span) != 0) {
  }
  say("worker done");
  return unused;
}

static void* work_as_member(void* unused) {
  RtCreateMutexA(NULL, FALSE, NULL);
  return work(unused);
}

static void at_exit(void) { say("exit handlers run"); }

static void main_ends(int argc, char** argv) {
  const int member = argc > 0 && strcmp(argv[0], "member") == 0;  // the main thread; else the worker
  worker_seconds = atof(argv[member ? 1 : 0]);
  atexit(at_exit);
  if (member) RtCreateMutexA(NULL, FALSE, NULL);
  pthread_t thread;
  pthread_create(&thread, NULL, member ? work : work_as_member, NULL);
  pthread_detach(thread);
  say("main ends");
  pthread_exit(NULL);
}

static int timed(DWORD (*call)(DWORD), DWORD ms) {
  const double begun = now_ms();
  const DWORD result = call(ms);
  const double took = now_ms() - begun;
  say("%u %s", (unsigned)result, took >= ms ? "in time" : "too early");
  return took < ms;
}
static DWORD sleep_ms(DWORD ms) {
  RtSleep(ms);
  return 0;
}
static DWORD sleep_ft(DWORD ms) {
  LARGE_INTEGER units = {.QuadPart = (LONGLONG)ms * 10000};
  RtSleepFt(&units);
  return 0;
}
static HANDLE never(void) { return RtCreateEventA(NULL, FALSE, FALSE, "never"); }
static DWORD wait_ms(DWORD ms) { return RtWaitForSingleObject(never(), ms); }
static DWORD wait_ex_ms(DWORD ms) {
  ULARGE_INTEGER units = {.QuadPart = (ULONGLONG)ms * 10000};
  return RtWaitForSingleObjectEx(never(), &units);
}
static DWORD wait_self_ms(DWORD ms) { return RtWaitForSingleObject(RtGetCurrentProcess(), ms); }
static DWORD wait_several(DWORD ms, BOOL all) {
  HANDLE events[2] = {RtCreateEventA(NULL, FALSE, FALSE, "never"), RtCreateSemaphoreA(NULL, 0, 1, "none")};
  return RtWaitForMultipleObjects(2, events, all, ms);
}
static DWORD wait_all_ms(DWORD ms) { return wait_several(ms, TRUE); }
static DWORD wait_any_ms(DWORD ms) { return wait_several(ms, FALSE); }

static void* take_and_keep(void* mutex) {
  RtWaitForSingleObject(mutex, INFINITE);
  RtSetEvent(RtCreateEventA(NULL, TRUE, FALSE, "taken"));
  pause();
  return NULL;
}
static DWORD wait_mutex_ms(DWORD ms) {
  const HANDLE mutex = RtCreateMutexA(NULL, FALSE, NULL);
  pthread_t owner;
  pthread_create(&owner, NULL, take_and_keep, mutex);
  RtWaitForSingleObject(RtCreateEventA(NULL, TRUE, FALSE, "taken"), INFINITE);
  return RtWaitForSingleObject(mutex, ms);
}

static void RTFCNDCL expire(PVOID event) { RtSetEvent(event); }
static DWORD timer_ms(DWORD ms) {
  const HANDLE expired = RtCreateEventA(NULL, TRUE, FALSE, NULL);
  const HANDLE timer = RtCreateTimer(NULL, 0, expire, expired, RT_PRIORITY_MAX, CLOCK_2);
  LARGE_INTEGER units = {.QuadPart = (LONGLONG)ms * 10000};
  RtSetTimerRelative(timer, &units, NULL);
  return RtWaitForSingleObject(expired, INFINITE);
}

static const struct {
  const char* name;
  DWORD (*call)(DWORD);
} kTimed[] = {{"sleep", sleep_ms},           {"sleep-ft", sleep_ft},      {"wait", wait_ms},
              {"wait-ex", wait_ex_ms},       {"wait-any", wait_any_ms},   {"wait-all", wait_all_ms},
              {"wait-mutex", wait_mutex_ms}, {"wait-self", wait_self_ms}, {"timer", timer_ms}};

static int trace_thread(pid_t tid) {
  int status = 0;
  if (ptrace(PTRACE_SEIZE, tid, NULL, NULL) != 0) return errno == ESRCH ? 0 : errno == EPERM ? 77 : 1;
  if (ptrace(PTRACE_INTERRUPT, tid, NULL, NULL) != 0 || waitpid(tid, &status, __WALL) != tid) return 1;
  return WIFSTOPPED(status) && ptrace(PTRACE_DETACH, tid, NULL, NULL) == 0 ? 0 : 1;
}

static int trace(const char* pid) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%s/task", pid);
  DIR* const tasks = opendir(path);
  if (tasks == NULL) return 1;
  int result = 0;
  for (const struct dirent* entry = readdir(tasks); entry != NULL && result == 0; entry = readdir(tasks)) {
    if (entry->d_name[0] != '.') result = trace_thread((pid_t)atoi(entry->d_name));
  }
  closedir(tasks);
  return result;
}

static void bad_handles(void) {
  const HANDLE bad = (HANDLE)(uintptr_t)0x40004;
  DWORD number = 0;
  DWORD_PTR mask = 0;
  DWORD_PTR system_mask = 0;
  LONG previous = 0;
  LARGE_INTEGER time = {.QuadPart = 1};
  ULARGE_INTEGER timeout = {.QuadPart = 0};
  FILETIME times[3];
  RTSS_EVENT_STATE event;
  RTSS_MUTEX_STATE mutex;
  RTSS_SEMAPHORE_STATE semaphore;
  RTSS_TIMER_STATE timer;
  SHARED_MEMORY_INFO memory;
  memset(&memory, 0, sizeof memory);
  struct {
    const char* call;
    long long result;
  } calls[] = {
      {"RtCloseHandle", RtCloseHandle(bad)},
      {"RtssPin", RtssPin(bad, TRUE)},
      {"RtSetEvent", RtSetEvent(bad)},
      {"RtResetEvent", RtResetEvent(bad)},
      {"RtPulseEvent", RtPulseEvent(bad)},
      {"RtssQueryEvent", RtssQueryEvent(bad, &event)},
      {"RtReleaseMutex", RtReleaseMutex(bad)},
      {"RtssQueryMutex", RtssQueryMutex(bad, &mutex)},
      {"RtReleaseSemaphore", RtReleaseSemaphore(bad, 1, &previous)},
      {"RtssQuerySemaphore", RtssQuerySemaphore(bad, &semaphore)},
      {"RtMapViewOfSharedMemory", RtMapViewOfSharedMemory(bad, SHM_MAP_ALL_ACCESS, 0, 0, 0) != NULL},
      {"RtQuerySharedMemory", RtQuerySharedMemory(bad, &memory)},
      {"RtReleaseShutdownHandler", RtReleaseShutdownHandler(bad)},
      {"RtTerminateProcess", RtTerminateProcess(bad, 0)},
      {"RtGetExitCodeProcess", RtGetExitCodeProcess(bad, &number)},
      {"RtGetProcessAffinityMask", RtGetProcessAffinityMask(bad, &mask, &system_mask)},
      {"RtSetProcessAffinityMask", RtSetProcessAffinityMask(bad, 1)},
      {"RtTerminateThread", RtTerminateThread(bad, 0)},
      {"RtSuspendThread", (int)RtSuspendThread(bad) + 1},
      {"RtResumeThread", (int)RtResumeThread(bad) + 1},
      {"RtGetExitCodeThread", RtGetExitCodeThread(bad, &number)},
      {"RtSetThreadPriority", RtSetThreadPriority(bad, 1)},
      {"RtGetThreadPriority", RtGetThreadPriority(bad) != THREAD_PRIORITY_ERROR_RETURN},
      {"RtSetThreadTimeQuantum", RtSetThreadTimeQuantum(bad, 1)},
      {"RtSetThreadTimeQuantumEx", RtSetThreadTimeQuantumEx(bad, 1)},
      {"RtGetThreadTimes", RtGetThreadTimes(bad, &times[0], &times[1], &times[2])},
      {"RtSetThreadAffinityMask", (long long)RtSetThreadAffinityMask(bad, 1)},
      {"RtSetTimer", RtSetTimer(bad, &time, NULL)},
      {"RtSetTimerRelative", RtSetTimerRelative(bad, &time, NULL)},
      {"RtCancelTimer", RtCancelTimer(bad, NULL)},
      {"RtGetTimer", RtGetTimer(bad, &time)},
      {"RtDeleteTimer", RtDeleteTimer(bad)},
      {"RtssQueryTimer", RtssQueryTimer(bad, &timer)},
      {"RtWaitForSingleObject", (int)RtWaitForSingleObject(bad, 0) + 1},
      {"RtWaitForSingleObjectEx", (int)RtWaitForSingleObjectEx(bad, &timeout) + 1},
      {"RtWaitForMultipleObjects", (int)RtWaitForMultipleObjects(1, &bad, FALSE, 0) + 1},
      {"RtWaitForMultipleObjectsEx", (int)RtWaitForMultipleObjectsEx(1, &bad, FALSE, &timeout) + 1},
  };
  for (size_t i = 0; i < sizeof calls / sizeof *calls; ++i) {
    if (calls[i].result != 0) say("%s succeeded", calls[i].call);
  }
  struct stat status;
  if (stat("/proc/self/task", &status) == 0) say("%u threads", (unsigned)status.st_nlink - 2);
}

static int standard(void) {
  const int errors = dup(STDERR_FILENO);
  const HANDLE event = RtCreateEventA(NULL, TRUE, FALSE, "standard");
  void* address = NULL;
  const HANDLE memory = RtCreateSharedMemoryA(SHM_MAP_ALL_ACCESS, 0, 100, "standard memory", &address);
  (void)errors;
  int wrong = event == NULL || memory == NULL;
  for (int standard = 0; standard <= 2; ++standard) {
    if (fcntl(standard, F_GETFD) >= 0 && (fcntl(standard, F_GETFL) & O_PATH) == 0) continue;
    errno = 0;
    if (write(standard, "overwritten", 11) != -1 || errno != EBADF) wrong = 1;
  }
  for (int other = 0; other <= 2; ++other) {
    char link[64];
    char path[128] = "";
    snprintf(link, sizeof link, "/proc/self/fd/%d", other);
    if (readlink(link, path, sizeof path - 1) > 0 && strncmp(path, "/dev/shm", 8) == 0) wrong = 1;
  }
  return wrong;
}

static int run(int argc, char** argv);

static int after_denial(int argc, char** argv) {
  int next = 2;
  long argument = -1;
  if (strcmp(argv[next], "--") != 0) argument = atol(argv[next++]);
  if (!deny(argv[0], atoi(argv[1]), argument)) {
    say("no filter");
    return 3;
  }
  return run(argc - next - 1, argv + next + 1);
}

static int run(int argc, char** argv) {
  const char* const command = argc > 0 ? argv[0] : "";
  const char* const first = argc > 1 ? argv[1] : "";
  if (strcmp(command, "deny") == 0 && argc > 4) return after_denial(argc - 1, argv + 1);
  if (strcmp(command, "attach") == 0 && argc > 1) {  // a first call, then the rest
    if (RtCreateEventA(NULL, TRUE, FALSE, "first call") == NULL) return 4;
    return run(argc - 1, argv + 1);
  }
  if (strcmp(command, "change-user") == 0 && argc > 2) {
    if (setresuid((uid_t)-1, (uid_t)atol(first), (uid_t)-1) != 0) return 5;
    return run(argc - 2, argv + 2);
  }
  if (strcmp(command, "own") == 0) return own(first);
  if (strcmp(command, "shm") == 0 && argc > 2) return shared_memory(first, argv[2]);
  if (strcmp(command, "open-shm") == 0) return shared_memory(first, NULL);
  if (strcmp(command, "main-ends") == 0) main_ends(argc - 1, argv + 1);
  for (size_t i = 0; i < sizeof kTimed / sizeof *kTimed; ++i) {
    if (strcmp(command, kTimed[i].name) == 0) return timed(kTimed[i].call, (DWORD)atoi(first));
  }
  if (strcmp(command, "trace") == 0) return trace(first);
  if (strcmp(command, "c-library") == 0) {
    struct timespec now = {0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    say("%ld s, error %d", (long)now.tv_sec, clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &now, NULL));
    return 0;
  }
  if (strcmp(command, "bad-handles") == 0) {
    bad_handles();
    return 0;
  }
  if (strcmp(command, "keys") == 0) {
    pthread_key_t key;
    while (pthread_key_create(&key, NULL) == 0) {
    }
    return own(first);
  }
  if (strcmp(command, "standard") == 0) return standard();
  return 2;
}

int main(int argc, char** argv) {
#ifdef TLS_KB
  much[TLS_KB] = 1;
#endif
  alarm(100);
  return run(argc - 1, argv + 1);
}
