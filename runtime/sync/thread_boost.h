// The boost record of one thread: its base read anew, its effective level recomputed and given to the kernel.
#pragma once

#include "priority/inheritance.h"
#include "runtime/sync/operation.h"
#include "runtime/sync/pi_lock.h"

namespace rtss::runtime {

// The thread that an identity names, or null when it has ended.
inline ThreadRecord* occupant(const SegmentView& view, Identity identity) {
  ThreadRecord* const thread = identity == 0 ? nullptr : view.thread(slot_of(identity));
  return thread != nullptr && thread->identity.load(std::memory_order_relaxed) == identity ? thread : nullptr;
}

priority::Target target_of(const SegmentView& view, const ThreadRecord& thread);

// [P] held. Recomputes the effective level after a change of donations, and gives it to the kernel; the caller's own,
// if it falls, only at the end of the operation. A thread whose level changed is walked from.
void reconsider(Operation& operation, ThreadRecord& thread);

// Reads the base of a thread that follows the kernel, if it was read more than 10 ms ago.
void refresh(Operation& operation, ThreadRecord& thread);

// The base of an owner that follows the kernel may change while it keeps a thread waiting: its reaper polls meanwhile.
void have_it_followed(Operation& operation, const ThreadRecord& thread);

// Gives the calling thread's effective level to the kernel, after everything it had to wake is awake.
void apply_own_level(Operation& operation);

// The key the caller queues at; re-reads its Linux policy and priority when the cached reading is older than 10 ms.
priority::Key own_key(Operation& operation);

// After a release that left the caller owning nothing: ends a boost that limited demotion kept and a deferred lowering.
void end_deferred(const SegmentView& view, const ThreadState& self);

// What the calling thread has without a boost, as a child by fork is to have it. False: unknown.
bool base_scheduling(const SegmentView& view, const ThreadState& self, priority::Scheduling* scheduling);

// Gives a thread that died this moment its own scheduling back: torn down at its waiter's level it would keep the
// waiter from running, for as long as the kernel takes to free its memory.
void end_boost(const SegmentView& view, ThreadRecord& thread, platform::Deadline deadline);

// Forgets all donations to a thread slot; its next occupant starts with nothing. False: its PI lock is stuck.
bool reset_boost(const SegmentView& view, ThreadRecord& thread, Identity new_identity, platform::Deadline deadline);

}  // namespace rtss::runtime
