/* One worker: waits until the warehouse opens, then carries crates until it closes.
 *
 * Usage: demo_worker NAME LEDGER_FD normal|quick [slow]
 * A slow worker stops with a crate in his hands, owning the ledger, once the work is well under way. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "say.h"
#include "warehouse.h"

typedef struct {
  const char* name;
  BOOL slow;
  PACE pace;
  LEDGER* ledger;
  HANDLE ledger_mutex;
  HANDLE crates;
  HANDLE open;
  HANDLE close;
  HANDLE carrying;
  HANDLE empty;
  LONG carried;
} WORKER;

static void open_objects(WORKER* worker) {
  worker->ledger_mutex = must(RtOpenMutex(SYNCHRONIZE, FALSE, LEDGER_MUTEX), "RtOpenMutex");
  worker->crates = must(RtOpenSemaphore(SYNCHRONIZE, FALSE, CRATES_SEMAPHORE), "RtOpenSemaphore");
  worker->open = must(RtOpenEvent(SYNCHRONIZE, FALSE, OPEN_EVENT), "RtOpenEvent");
  worker->close = must(RtOpenEvent(SYNCHRONIZE, FALSE, CLOSE_EVENT), "RtOpenEvent");
  worker->carrying = must(RtOpenEvent(SYNCHRONIZE, FALSE, CARRYING_EVENT), "RtOpenEvent");
  worker->empty = must(RtOpenEvent(SYNCHRONIZE, FALSE, EMPTY_EVENT), "RtOpenEvent");
}

/* The last owner died between shelf A and shelf B: his crate goes back to shelf A, ready to be carried again. */
static void repair_ledger(WORKER* worker) {
  LEDGER* ledger = worker->ledger;
  const double delay_ms = (double)(now_ns() - ledger->killed_at) / 1e6;
  const LONG missing = ALL_CRATES - ledger->shelf_a - ledger->shelf_b;
  say(worker->name, "WAIT_ABANDONED: the ledger is mine, its owner is dead (%.2f ms after the kill)", delay_ms);
  ledger->shelf_a += missing;
  ledger->repairs += 1;
  if (!RtReleaseSemaphore(worker->crates, missing, NULL)) give_up("RtReleaseSemaphore");
  say(worker->name, "the ledger was short of %d crate: back to shelf A with it", (int)missing);
}

static void take_ledger(WORKER* worker) {
  DWORD result = RtWaitForSingleObject(worker->ledger_mutex, 0);
  if (result == WAIT_TIMEOUT) {
    say(worker->name, "waits for the ledger");
    result = RtWaitForSingleObject(worker->ledger_mutex, INFINITE);
  }
  if (result == WAIT_ABANDONED) {
    repair_ledger(worker);
  } else if (result != WAIT_OBJECT_0) {
    give_up("RtWaitForSingleObject");
  }
}

static void carry(WORKER* worker) {
  sleep_ms(worker->pace.carry_ms);
  if (!worker->slow || worker->ledger->shelf_b < ALL_CRATES / 3) return;
  say(worker->name, "stands there with a crate in his hands, and owns the ledger ...");
  if (!RtSetEvent(worker->carrying)) give_up("RtSetEvent");
  sleep_ms(60000);
}

static void move_crate(WORKER* worker) {
  LEDGER* ledger = worker->ledger;
  take_ledger(worker);
  ledger->shelf_a -= 1;
  carry(worker);
  ledger->shelf_b += 1;
  worker->carried += 1;
  say(worker->name, "carried a crate: shelf A %2d, shelf B %2d", (int)ledger->shelf_a, (int)ledger->shelf_b);
  if (ledger->shelf_a == 0 && !RtSetEvent(worker->empty)) give_up("RtSetEvent");
  if (!RtReleaseMutex(worker->ledger_mutex)) give_up("RtReleaseMutex");
}

static void work_until_closed(WORKER* worker) {
  const HANDLE either[] = {worker->close, worker->crates};
  for (;;) {
    const DWORD which = RtWaitForMultipleObjects(2, either, FALSE, INFINITE);
    if (which == WAIT_OBJECT_0) return;
    if (which != WAIT_OBJECT_0 + 1) give_up("RtWaitForMultipleObjects");
    move_crate(worker);
  }
}

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  WORKER worker = {.name = argv[1], .slow = argc > 4 && strcmp(argv[4], "slow") == 0};
  worker.pace = strcmp(argv[3], "quick") == 0 ? kQuickPace : kPace;
  worker.ledger = mmap(NULL, sizeof(LEDGER), PROT_READ | PROT_WRITE, MAP_SHARED, atoi(argv[2]), 0);
  if (worker.ledger == MAP_FAILED) give_up("mmap");
  open_objects(&worker);
  if (RtWaitForSingleObject(worker.open, INFINITE) != WAIT_OBJECT_0) give_up("RtWaitForSingleObject");
  work_until_closed(&worker);
  say(worker.name, "goes home; carried %d crates", (int)worker.carried);
  return 0;
}
