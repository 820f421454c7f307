// Thread slots: registering the calling thread, and its orderly end.
#pragma once

#include "runtime/life/attach.h"
#include "runtime/names/names.h"

namespace rtss::runtime {

// Takes a free slot for the calling thread: its life lock, then the record, `process` last. kTableFull when none is
// free. sealed_start: as platform::seal() makes it, read before the lock was taken.
Status register_thread(const NamespaceLock& lock, Identity process, std::uint64_t sealed_start, ThreadState& self);

// Slots of threads and processes at the high-water marks that have become free count as never used again.
void lower_marks(const NamespaceLock& lock);

// The thread ends or forgets this namespace: its wait is withdrawn, its mutexes are abandoned, its slot is free.
void leave_thread(const SegmentView& view, ThreadState& self);

// Needs the slot's life lock. The slot gets its next occupant's identity and is free once the life lock is unlocked.
// False: a lock is stuck, try again later.
bool vacate_thread_slot(const SegmentView& view, ThreadRecord& thread, platform::Deadline deadline);

}  // namespace rtss::runtime
