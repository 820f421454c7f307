/* The demo: three worker processes share a mutex, a semaphore and events by name; one of them is killed with SIGKILL
 * while it owns the mutex, and the others go on.
 *
 * Usage: demo_supervisor [--quick] PATH_OF_WORKER
 * Everything lives in a namespace of the demo's own, whose file is removed at the end. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "say.h"
#include "warehouse.h"

#define WORKERS 3
#define SLOW_WORKER 1
#define TIMEOUT_MS 20000

typedef struct {
  PACE pace;
  const char* pace_name;
  const char* worker_path;
  int ledger_fd;
  LEDGER* ledger;
  HANDLE ledger_mutex;
  HANDLE crates;
  HANDLE open;
  HANDLE close;
  HANDLE carrying;
  HANDLE empty;
  LONG ready; /* crates made ready so far */
} WAREHOUSE;

static const char* const kNames[WORKERS] = {"Anna", "Bert", "Carl"};
static pid_t pids[WORKERS];
static char namespace_file[64];

static void clean_up(void) {
  for (int i = 0; i < WORKERS; ++i) {
    if (pids[i] > 0) kill(pids[i], SIGKILL);
  }
  unlink(namespace_file);
}

static void clean_up_and_end(int signal_number) {
  clean_up();
  _exit(128 + signal_number);
}

static void use_own_namespace(void) {
  char name[32];
  snprintf(name, sizeof(name), "demo-%d", (int)getpid());
  snprintf(namespace_file, sizeof(namespace_file), "/dev/shm/rtss-%u-%s", (unsigned)getuid(), name);
  setenv("RTSS_NAMESPACE", name, 1);
  atexit(clean_up);
  signal(SIGINT, clean_up_and_end);
  signal(SIGTERM, clean_up_and_end);
  signal(SIGALRM, clean_up_and_end);
  alarm(2 * TIMEOUT_MS / 1000);
}

static void create_objects(WAREHOUSE* warehouse) {
  warehouse->ledger_mutex = must(RtCreateMutex(NULL, FALSE, LEDGER_MUTEX), "RtCreateMutex");
  warehouse->crates = must(RtCreateSemaphore(NULL, 0, ALL_CRATES, CRATES_SEMAPHORE), "RtCreateSemaphore");
  warehouse->open = must(RtCreateEvent(NULL, TRUE, FALSE, OPEN_EVENT), "RtCreateEvent");
  warehouse->close = must(RtCreateEvent(NULL, TRUE, FALSE, CLOSE_EVENT), "RtCreateEvent");
  warehouse->carrying = must(RtCreateEvent(NULL, FALSE, FALSE, CARRYING_EVENT), "RtCreateEvent");
  warehouse->empty = must(RtCreateEvent(NULL, FALSE, FALSE, EMPTY_EVENT), "RtCreateEvent");
}

static void make_ledger(WAREHOUSE* warehouse) {
  warehouse->ledger_fd = memfd_create("ledger", 0);
  if (warehouse->ledger_fd < 0 || ftruncate(warehouse->ledger_fd, sizeof(LEDGER)) != 0) give_up("memfd_create");
  warehouse->ledger = mmap(NULL, sizeof(LEDGER), PROT_READ | PROT_WRITE, MAP_SHARED, warehouse->ledger_fd, 0);
  if (warehouse->ledger == MAP_FAILED) give_up("mmap");
  warehouse->ledger->shelf_a = ALL_CRATES;
}

static void start_worker(const WAREHOUSE* warehouse, int index) {
  char fd[16];
  snprintf(fd, sizeof(fd), "%d", warehouse->ledger_fd);
  pids[index] = fork();
  if (pids[index] < 0) give_up("fork");
  if (pids[index] > 0) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  execl(warehouse->worker_path, warehouse->worker_path, kNames[index], fd, warehouse->pace_name,
        index == SLOW_WORKER ? "slow" : NULL, (char*)NULL);
  fprintf(stderr, "demo: cannot start %s: %s\n", warehouse->worker_path, strerror(errno));
  _exit(127);
}

static void make_crate_ready(WAREHOUSE* warehouse) {
  if (!RtReleaseSemaphore(warehouse->crates, 1, NULL)) give_up("RtReleaseSemaphore");
  warehouse->ready += 1;
}

/* Crates become ready one by one until the slow worker is caught with one in his hands. */
static void keep_busy_until_carrying(WAREHOUSE* warehouse) {
  DWORD result = WAIT_TIMEOUT;
  while (result == WAIT_TIMEOUT && warehouse->ready < ALL_CRATES) {
    make_crate_ready(warehouse);
    result = RtWaitForSingleObject(warehouse->carrying, warehouse->pace.pause_ms);
  }
  if (result == WAIT_TIMEOUT) result = RtWaitForSingleObject(warehouse->carrying, TIMEOUT_MS);
  if (result != WAIT_OBJECT_0) give_up("waiting for the slow worker");
}

static void kill_slow_worker(WAREHOUSE* warehouse) {
  RTSS_MUTEX_STATE state = {.Size = sizeof(state)};
  for (int i = 0; i < 2 && warehouse->ready < ALL_CRATES; ++i) make_crate_ready(warehouse);
  sleep_ms(4 * warehouse->pace.pause_ms); /* the audience may see the others wait */
  if (!RtssQueryMutex(warehouse->ledger_mutex, &state)) give_up("RtssQueryMutex");
  say("Supervisor", "kill -9 %d (%s), the owner of the mutex \"%s\"", (int)pids[SLOW_WORKER], kNames[SLOW_WORKER],
      LEDGER_MUTEX);
  if ((pid_t)state.OwnerProcessId != pids[SLOW_WORKER]) give_up("finding the owner of the mutex");
  warehouse->ledger->killed_at = now_ns();
  kill(pids[SLOW_WORKER], SIGKILL);
}

static void finish(WAREHOUSE* warehouse) {
  while (warehouse->ready < ALL_CRATES) {
    make_crate_ready(warehouse);
    sleep_ms(warehouse->pace.pause_ms);
  }
  if (RtWaitForSingleObject(warehouse->empty, TIMEOUT_MS) != WAIT_OBJECT_0) give_up("waiting for the last crate");
  if (!RtSetEvent(warehouse->close)) give_up("RtSetEvent");
}

/* 0 when every worker ended as he should. */
static int see_workers_off(void) {
  int wrong = 0;
  for (int i = 0; i < WORKERS; ++i) {
    int status = 0;
    waitpid(pids[i], &status, 0);
    pids[i] = 0;
    const int killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    const int well = WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (i == SLOW_WORKER ? !killed : !well) wrong = 1;
  }
  return wrong;
}

static int verdict(const LEDGER* ledger, int workers_wrong) {
  const BOOL right = ledger->shelf_a == 0 && ledger->shelf_b == ALL_CRATES && ledger->repairs == 1 && !workers_wrong;
  say("Supervisor", "shelf A %d, shelf B %d of %d crates, %d repair: %s", (int)ledger->shelf_a, (int)ledger->shelf_b,
      ALL_CRATES, (int)ledger->repairs,
      right ? "one process killed, nothing lost" : "this is NOT what should have happened");
  return right ? 0 : 1;
}

int main(int argc, char** argv) {
  const BOOL quick = argc > 1 && strcmp(argv[1], "--quick") == 0;
  const int path_at = quick ? 2 : 1;
  if (argc != path_at + 1) {
    fprintf(stderr, "usage: demo_supervisor [--quick] PATH_OF_WORKER\n");
    return 2;
  }
  WAREHOUSE warehouse = {
      .pace = quick ? kQuickPace : kPace, .pace_name = quick ? "quick" : "normal", .worker_path = argv[path_at]};
  use_own_namespace();
  create_objects(&warehouse);
  make_ledger(&warehouse);
  say("Supervisor", "%d crates on shelf A; three processes are to carry them to shelf B", ALL_CRATES);
  for (int i = 0; i < WORKERS; ++i) start_worker(&warehouse, i);
  if (!RtSetEvent(warehouse.open)) give_up("RtSetEvent");
  keep_busy_until_carrying(&warehouse);
  kill_slow_worker(&warehouse);
  finish(&warehouse);
  return verdict(warehouse.ledger, see_workers_off());
}
