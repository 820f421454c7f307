// What waiters and granters tell the recorder of an object: segment/recorder.h. On the slow path only; no lock of its
// own, no allocation, no system call.
//
// A contended hold counts from the hand-over if other threads waited already, else from when the first waiter queued:
// before that the owner may have released the mutex and taken it again, of which a free mutex keeps no trace.
#pragma once

#include <array>
#include <cstdint>

#include "runtime/segment/object.h"
#include "runtime/sync/operation.h"

namespace rtss::runtime {

// Of one wait, on its thread's stack: what cannot be read any more when it ends.
struct WaitNotes {
  struct At {
    ThreadNote owner;
    std::uint16_t depth;
  };
  std::uint64_t queued_ns = 0;
  std::array<At, kBlocksPerThread> at;
};

// [O], before the block is queued and LINKED. The caller has set notes.queued_ns.
void note_queued(const SegmentView& view, const ObjectRef& ref, Identity waiter, std::uint32_t index, WaitNotes& notes);
// [O], between the commit of a grant and the block's HELD.
void note_granted(Operation& operation, Object& object, BlockRef ref, bool abandoned);
// The same for a grant that a dead thread committed.
void note_repaired(Operation& operation, Object& object, BlockRef ref);
// [O]: a thread took the object past the waiters, none of which it can serve yet.
void note_taken(Operation& operation, Object& object, Identity who);
// [O], before the mutex is free: its owner releases it, or is dead.
void note_released(Operation& operation, Object& object, Identity owner);
// [O]: a wait ended in vain, and its block is out of the queue.
void note_given_up(Operation& operation, Object& object);

// By the waiter, without a lock: the wait has ended here. `block` is the block's word before it was unlinked.
void note_ended(const SegmentView& view, const ThreadState& self, std::uint32_t index, BlockWord block,
                std::uint64_t ended_ns, const WaitNotes& notes);

}  // namespace rtss::runtime
