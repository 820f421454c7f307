// The wait engine. A wait is four phases: try, queue, sleep, report. It knows is_signaled() and satisfied(),
// and no kinds. docs/protocol.md section "Wait" has the steps and their crash column.
#pragma once

#include <cstdint>
#include <span>

#include "platform/deadline.h"
#include "runtime/segment/object.h"
#include "runtime/sync/recording.h"
#include "runtime/sync/slow_path.h"

namespace rtss::runtime {

WaitOutcome wait_any(const SegmentView& view, ThreadState& self, std::span<const ObjectRef> objects,
                     platform::Timeout timeout);

// ---- shared by both ------------------------------------------------------------------------------------------------

inline constexpr WaitOutcome kWaitTimedOut{.kind = WaitOutcome::Kind::kTimeout, .status = Status::kOk, .index = 0};
constexpr WaitOutcome wait_failed(Status status) {
  return {.kind = WaitOutcome::Kind::kFailed, .status = status, .index = 0};
}
constexpr WaitOutcome wait_satisfied(std::uint32_t index, bool abandoned) {
  return {.kind = abandoned ? WaitOutcome::Kind::kSatisfiedAbandoned : WaitOutcome::Kind::kSatisfied,
          .status = Status::kOk,
          .index = index};
}

// Makes the thread a waiter with `count` blocks; none is queued yet.
void start_waiting(ThreadState& self, std::uint32_t count);

// Queues the caller's block `index` on a locked object.
void link_block(SlowPath& slow, ThreadState& self, std::uint32_t index, const ObjectRef& ref, bool wait_all,
                WaitNotes& notes);

// Sleeps until the wait is satisfied or cancelled. If the thread is cancelled meanwhile, the wait is ended as well.
void sleep_until_decided(const SegmentView& view, ThreadState& self, std::uint32_t count, WaitLimit& limit,
                         const WaitNotes& notes);

// Takes the blocks that are still queued off their objects; afterwards each reads HELD or FREE, or stands at an object
// whose lock is stuck, which granted nothing. The recorders know of the wait.
void leave_queues(const SegmentView& view, ThreadState& self, std::uint32_t count, const WaitNotes& notes);

// Reads the result, acknowledges it (the unit is consumed by this) and frees the blocks. Returns the park word. Where
// blocks are still queued the wait is over all the same: it reads CANCELLED until end_last_wait().
std::uint32_t acknowledge(ThreadState& self, std::uint32_t count);

// What the caller's last wait had to leave behind, before the next one queues. False: the lock is stuck still.
bool end_last_wait(const SegmentView& view, ThreadState& self, WaitLimit& limit);
// How a wait ends that could not begin for that.
WaitOutcome still_queued(const WaitLimit& limit);

void count_owned(ThreadState& self, std::uint32_t mutexes);

}  // namespace rtss::runtime
