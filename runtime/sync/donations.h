// Donations of mutexes to their owners: each donates its top waiter's level. Steps 1 and 2 of the walk in chain.h.
#pragma once

#include "runtime/sync/operation.h"

namespace rtss::runtime {

// [O] held. Publishes {owner, top waiter} as a donation to the owner, or withdraws the one that stands.
void settle(Operation& operation, Object& object);

// After a repair: the dead may have left a donation half-way, or published without a call to the kernel.
void reconsider_donation(Operation& operation, Object& object);

}  // namespace rtss::runtime
