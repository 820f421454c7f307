// The claim: how a signaled object is handed to a queued waiter. Steps g1-g5 of docs/protocol.md.
#pragma once

#include "runtime/slow_path.h"

namespace rtss::runtime {

// WAITING -> SATISFIED by CAS: the commit. False: the wait timed out or was claimed elsewhere.
inline bool claim(ThreadRecord& waiter, std::uint32_t index, bool abandoned) {
  std::uint32_t expected = park_word(Park::kWaiting);
  return waiter.park.compare_exchange_strong(expected, park_satisfied(index, abandoned), std::memory_order_acq_rel,
                                             std::memory_order_acquire);
}

// Out of the queue, and the block free. Needs the object lock; for a wait-all block the all-lock too.
void unlink(const SegmentView& view, Object& object, BlockRef ref);

}  // namespace rtss::runtime
