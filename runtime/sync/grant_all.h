// Granting a wait-all: every object of the wait in one commit.
#pragma once

#include "runtime/sync/slow_path.h"

namespace rtss::runtime {

// Grants the wait-all of a queued thread, if everything it waits for is signaled. [A] and the lock of `locked` are
// held; the other objects are locked and unlocked.
bool try_grant_all(SlowPath& slow, std::uint32_t thread_slot, Object& locked);

// The same for the caller's own wait-all, whose objects are all locked already.
bool try_grant_own(SlowPath& slow, std::uint32_t thread_slot);

}  // namespace rtss::runtime
