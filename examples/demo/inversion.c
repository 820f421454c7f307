/* The demo's second scene, played twice on one CPU: Low owns a mutex, High waits for it, and Hog, whose level lies
 * between theirs, burns the CPU. With priority inheritance Low is raised above Hog; without it High waits for Hog.
 *
 * Usage: demo_inversion [--quick]
 * Needs the right to use real-time priorities; says so and ends well without it. */
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "say.h"

#define LOW_LEVEL 10
#define HOG_LEVEL 60
#define HIGH_LEVEL 100
#define WORK_MS 5
#define BURN_MS 300
#define QUICK_BURN_MS 50
#define TIMEOUT_MS 20000

#define AXIS_MUTEX "axis/lock"
#define LOW_OWNS_EVENT "axis/low owns"
#define HOG_READY_EVENT "axis/hog ready"
#define HOG_GO_EVENT "axis/hog go"

/* What the three processes tell each other outside the objects of the scene. */
typedef struct {
  BOOL inheritance;
  int burn_ms;
  volatile int hog_is_done;
  volatile int low_ran_at; /* SCHED_FIFO priority at the end of its work; 0: not real-time */
} STAGE;

static STAGE* stage;
static char namespace_file[64];

static void use_namespace(const char* inheritance) {
  char name[32];
  snprintf(name, sizeof(name), "demo-%s-%d", inheritance, (int)getpid());
  snprintf(namespace_file, sizeof(namespace_file), "/dev/shm/rtss-%u-%s", (unsigned)getuid(), name);
  setenv("RTSS_NAMESPACE", name, 1);
  setenv("RTSS_INHERITANCE", inheritance, 1);
}

static void stay_on_one_cpu(void) {
  cpu_set_t allowed;
  cpu_set_t one;
  size_t cpu = 0;
  if (sched_getaffinity(0, sizeof(allowed), &allowed) != 0) give_up("sched_getaffinity");
  while (!CPU_ISSET(cpu, &allowed)) cpu += 1;
  CPU_ZERO(&one);
  CPU_SET(cpu, &one);
  if (sched_setaffinity(0, sizeof(one), &one) != 0) give_up("sched_setaffinity");
}

static long long cpu_ns(void) {
  struct timespec used;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return used.tv_sec * 1000000000LL + used.tv_nsec;
}

static void burn_cpu(long long milliseconds) {
  const long long until = cpu_ns() + milliseconds * 1000000;
  while (cpu_ns() < until) continue;
}

static void take_level(int level) {
  if (!RtSetThreadPriority(RtGetCurrentThread(), level)) give_up("RtSetThreadPriority");
}

static void wait_for(HANDLE object) {
  if (RtWaitForSingleObject(object, TIMEOUT_MS) != WAIT_OBJECT_0) give_up("RtWaitForSingleObject");
}

static void set_event(const char* name) {
  if (!RtSetEvent(must(RtOpenEvent(EVENT_MODIFY_STATE, FALSE, name), "RtOpenEvent"))) give_up("RtSetEvent");
}

static void low(void) {
  struct sched_param parameters = {0};
  const HANDLE mutex = must(RtOpenMutex(SYNCHRONIZE, FALSE, AXIS_MUTEX), "RtOpenMutex");
  take_level(LOW_LEVEL);
  wait_for(mutex);
  set_event(LOW_OWNS_EVENT); /* High runs from here on, until it waits */
  burn_cpu(WORK_MS);
  sched_getparam(0, &parameters);
  stage->low_ran_at = parameters.sched_priority;
  if (!RtReleaseMutex(mutex)) give_up("RtReleaseMutex");
}

static void hog(void) {
  take_level(HOG_LEVEL);
  set_event(HOG_READY_EVENT);
  wait_for(must(RtOpenEvent(SYNCHRONIZE, FALSE, HOG_GO_EVENT), "RtOpenEvent"));
  burn_cpu(stage->burn_ms);
  stage->hog_is_done = 1;
}

static pid_t start(void (*role)(void)) {
  const pid_t pid = fork();
  if (pid < 0) give_up("fork");
  if (pid > 0) return pid;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  alarm(TIMEOUT_MS / 1000);
  role();
  exit(0);
}

/* 0 when it ended as it should. */
static int see_off(pid_t pid) {
  int status = 0;
  waitpid(pid, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : 1;
}

static HANDLE create_event(const char* name) { return must(RtCreateEvent(NULL, FALSE, FALSE, name), "RtCreateEvent"); }

/* Starts the other two, Low last: it must not get far before High waits for its mutex. */
static void high(void) {
  const HANDLE mutex = must(RtCreateMutex(NULL, FALSE, AXIS_MUTEX), "RtCreateMutex");
  const HANDLE low_owns = create_event(LOW_OWNS_EVENT);
  const HANDLE hog_ready = create_event(HOG_READY_EVENT);
  create_event(HOG_GO_EVENT);
  take_level(HIGH_LEVEL);
  const pid_t hog_process = start(hog);
  wait_for(hog_ready);
  const pid_t low_process = start(low);
  wait_for(low_owns);
  set_event(HOG_GO_EVENT);
  const long long since = now_ns();
  wait_for(mutex);
  const double waited_ms = (double)(now_ns() - since) / 1e6;
  const BOOL hog_was_first = stage->hog_is_done;
  say(stage->inheritance ? "inheriting" : "without",
      "High owns the mutex after %.1f ms, %s; Low worked at SCHED_FIFO %d", waited_ms,
      hog_was_first ? "when Hog was done" : "while Hog still burns", stage->low_ran_at);
  if (!RtReleaseMutex(mutex)) give_up("RtReleaseMutex");
  if (see_off(low_process) + see_off(hog_process) != 0) exit(1);
  if (hog_was_first != stage->inheritance) return;
  say("!", "this is NOT what should have happened");
  exit(1);
}

static int play(BOOL inheritance) {
  use_namespace(inheritance ? "tiered" : "off");
  stage->inheritance = inheritance;
  stage->hog_is_done = 0;
  const int wrong = see_off(start(high));
  unlink(namespace_file);
  return wrong;
}

static BOOL may_use_real_time(void) {
  const struct sched_param parameters = {.sched_priority = 1};
  const struct sched_param ordinary = {0};
  if (sched_setscheduler(0, SCHED_FIFO, &parameters) != 0) return FALSE;
  return sched_setscheduler(0, SCHED_OTHER, &ordinary) == 0;
}

int main(int argc, char** argv) {
  if (!may_use_real_time()) {
    say("skipped", "the scene on priority inheritance needs real-time priorities: root, or RLIMIT_RTPRIO");
    return 0;
  }
  stage = mmap(NULL, sizeof(*stage), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (stage == MAP_FAILED) give_up("mmap");
  stage->burn_ms = argc > 1 && strcmp(argv[1], "--quick") == 0 ? QUICK_BURN_MS : BURN_MS;
  stay_on_one_cpu();
  say("Director", "one CPU: Low (level %d) owns a mutex and needs %d ms; High (%d) waits; Hog (%d) burns %d ms",
      LOW_LEVEL, WORK_MS, HIGH_LEVEL, HOG_LEVEL, stage->burn_ms);
  return play(TRUE) + play(FALSE) == 0 ? 0 : 1;
}
