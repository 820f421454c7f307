// Undoing a wait from outside: queued blocks leave, unused units go back.
#pragma once

#include <utility>

#include "platform/deadline.h"
#include "platform/steps.h"
#include "runtime/sync/slow_path.h"

namespace rtss::runtime {

// The blocks one thread has at a locked object, after its wait was cancelled: queued ones leave, unused units go back.
void clean_blocks(SlowPath& slow, Object& object, std::uint32_t thread_slot);

// The calling thread was cancelled after its wait was satisfied: units go back, mutexes stay its own until it ends.
// Returns how many mutexes were granted.
std::uint32_t return_units(const SegmentView& view, const ThreadState& self);

struct Visited {
  bool is_done;    // false: the lock is stuck, try again later
  bool has_woken;  // a waiter was served
};

// clean(slow, object) is step 3 of the slow operation.
template <typename Clean>
Visited visit(const SegmentView& view, const ThreadState* self, Object& object, platform::Deadline deadline,
              const Clean& clean) {
  SlowPath slow(view, self);
  const SlowPath::Begin begun = slow.begin(object, deadline);
  if (begun == SlowPath::Begin::kLocked) {
    clean(slow, object);
    slow.complete(object);
    RTSS_STEP("sweep.object");
  }
  slow.leave();
  return {.is_done = begun != SlowPath::Begin::kBusy && !slow.met_stuck_lock(), .has_woken = slow.deferred.has_woken};
}

}  // namespace rtss::runtime
