/* What the programs of the demo agree on: the names of the objects, and the ledger that the mutex protects.
 *
 * Workers carry crates from shelf A to shelf B, one crate at a time, and write each move into the ledger. The
 * owner of the ledger's mutex may have a crate in hand; at any other time the two shelves hold all crates. */
#ifndef DEMO_WAREHOUSE_H
#define DEMO_WAREHOUSE_H

#include <rtapi.h>

#define LEDGER_MUTEX "warehouse/ledger"       /* owned while writing the ledger */
#define CRATES_SEMAPHORE "warehouse/crates"   /* crates that are ready to be carried */
#define OPEN_EVENT "warehouse/open"           /* manual reset: work may begin */
#define CLOSE_EVENT "warehouse/close"         /* manual reset: work is over */
#define CARRYING_EVENT "warehouse/carrying"   /* auto reset: the slow worker has a crate in his hands */
#define EMPTY_EVENT "warehouse/shelf A empty" /* auto reset: the last crate has been moved */

#define ALL_CRATES 18

typedef struct {
  LONG shelf_a;
  LONG shelf_b;
  LONG repairs;        /* times a worker inherited the ledger from a dead one */
  long long killed_at; /* CLOCK_MONOTONIC, ns; 0 until a worker is killed */
} LEDGER;

typedef struct {
  DWORD carry_ms; /* time to carry one crate */
  DWORD pause_ms; /* time between two crates that become ready */
} PACE;

static const PACE kPace = {150, 300};
static const PACE kQuickPace = {1, 4};

#endif
