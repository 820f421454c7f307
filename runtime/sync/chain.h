// Inheritance across objects: claims of mutexes on their owners, and the walk along chains of blocked owners.
//
// The walk   1  somebody changed a queue or an owner under [O]: settle() compares the claim it calls for with the one
//               published and, if they differ, moves it under [P] of the owner it leaves, then of the owner it goes to
//            2  each owner's effective level is recomputed and given to the kernel under the same [P]
//            3  an owner whose level changed and that is itself queued is remembered; both locks are dropped
//            4  for each of its LINKED blocks: lock that object, re-sort the block, settle() there (step 1)
// At most one [O] and one [P] at a time. A cycle ends when nothing changes any more.
#pragma once

#include "runtime/sync/slow_path.h"

namespace rtss::runtime {

// Step 4 for one thread.
void requeue_blocked(SlowPath& slow, std::uint32_t thread_slot);

// After a repair: the dead may have left a claim half-way, or published without the kernel being told.
void reconsider_claimed(SlowPath& slow, Object& object);

// Gives the calling thread's effective level to the kernel, after everything it had to wake is awake.
void apply_own_level(SlowPath& slow);

// The key the caller queues at; re-reads its Linux policy and priority when the cached reading is older than 10 ms.
priority::Key own_key(SlowPath& slow);

// After a release that left the caller owning nothing: ends a boost that limited demotion kept and a deferred lowering.
void end_deferred(const SegmentView& view, const ThreadState& self);

// For a reaper: makes the changes to its process's threads that somebody with fewer rights was refused. Once each.
void apply_refused(const SegmentView& view, Identity process);

// For a reaper: reads the bases of its process's threads that follow the kernel and keep a thread waiting, and makes
// the claims that are due because one has fallen. False: there is no such thread, and no system call was made.
bool follow_owners(const SegmentView& view, Identity process);

// Base level of a thread, the caller or another one that may be waiting: its place in queues and the owners it waits
// for follow. Lowering is put off while the thread owns a mutex. kInvalidHandle: that thread has ended.
Status set_level(const SegmentView& view, const ThreadState& self, Identity thread, int level);
int own_level(const SegmentView& view, const ThreadState& self);

// Gives a thread that died this moment its own scheduling back: torn down at its waiter's level it would keep the
// waiter from running, for as long as the kernel takes to free its memory.
void end_boost(const SegmentView& view, ThreadRecord& thread, platform::Deadline deadline);

// Forgets everything claimed on a thread slot; a new tenant starts with nothing. False: its PI lock is stuck.
bool reset_boost(const SegmentView& view, ThreadRecord& thread, Identity new_identity, platform::Deadline deadline);

}  // namespace rtss::runtime
