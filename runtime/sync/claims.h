// Claims of mutexes on their owners: each mutex claims its top waiter's level for its owner. Steps 1 and 2 of the walk
// in chain.h.
#pragma once

#include "runtime/sync/operation.h"

namespace rtss::runtime {

// [O] held. Publishes {owner, top waiter} as a claim on the owner, or withdraws the one that stands.
void settle(Operation& operation, Object& object);

// After a repair: the dead may have left a claim half-way, or published without the kernel being told.
void reconsider_claimed(Operation& operation, Object& object);

}  // namespace rtss::runtime
