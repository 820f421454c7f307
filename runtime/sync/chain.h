// Inheritance across objects: the walk along chains of blocked owners.
//
// The walk   1  a queue or an owner changed under [O]: settle() of donations.h compares the donation wanted with that
//               published and, if they differ, moves it under [P] of the owner it leaves, then of the owner it goes to
//            2  each owner's effective level is recomputed and given to the kernel under the same [P]: thread_boost.h
//            3  an owner whose level changed and that is itself queued is remembered; both locks are dropped
//            4  for each of its LINKED blocks: lock that object, re-sort the block, settle() there (step 1)
// At most one [O] and one [P] at a time. A cycle ends when nothing changes any more.
#pragma once

#include "runtime/sync/slow_path.h"

namespace rtss::runtime {

// Step 4 for one thread.
void requeue_blocked(SlowPath& slow, std::uint32_t thread_slot);

}  // namespace rtss::runtime
