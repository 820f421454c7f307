// The grant: how a signaled object is handed to a queued waiter. Steps g1-g5 of docs/protocol.md.
#pragma once

#include "runtime/sync/slow_path.h"

namespace rtss::runtime {

enum class Commit : std::uint8_t {
  kMissed,  // the wait timed out or was satisfied by another object
  kAwake,   // committed; the waiter is watching its park word
  kAsleep,  // committed; the waiter must be woken
};

// WAITING -> SATISFIED by CAS: the commit.
inline Commit commit_grant(ThreadRecord& waiter, std::uint32_t index, bool abandoned) {
  std::uint32_t seen = waiter.park.load(std::memory_order_acquire);
  while (park_state(seen) == Park::kWaiting) {  // at most twice: AWAKE goes once
    if (waiter.park.compare_exchange_strong(seen, park_satisfied(index, abandoned), std::memory_order_acq_rel,
                                            std::memory_order_acquire)) {
      return (seen & kParkAwake) != 0 ? Commit::kAwake : Commit::kAsleep;
    }
  }
  return Commit::kMissed;
}

// WAITING -> CANCELLED, by the thread (time-out) or its sweeper. False: it was satisfied before, and that wins.
inline bool cancel_wait(ThreadRecord& waiter) {
  std::uint32_t seen = waiter.park.load(std::memory_order_acquire);
  while (park_state(seen) == Park::kWaiting) {
    if (waiter.park.compare_exchange_strong(seen, park_word(Park::kCancelled), std::memory_order_acq_rel)) return true;
  }
  return false;
}

// While the object is signaled and a queued waiter can be served, grants it.
void distribute(SlowPath& slow, Object& object);

// Out of the queue's links and counts. Needs the locks that unlink() needs.
void leave_queue(const SegmentView& view, Object& object, BlockRef ref);

// Out of the queue, and the block free. Needs the object lock; for a wait-all block the all-lock too.
void unlink(const SegmentView& view, Object& object, BlockRef ref);

}  // namespace rtss::runtime
