// Threads and processes as dispatcher objects: manual-reset, signaled at their end, waitable among the others.
//
// A thread or process has an object only once a call asked for a handle. task_exit_code(), task_identity() and
// task_ids() read it; the task's record points back.
#pragma once

#include "runtime/names/names.h"
#include "runtime/segment/types.h"

namespace rtss::runtime {

inline constexpr std::uint32_t kExitCodeStillActive = 259;
inline constexpr std::uint32_t kExitCodeOfKilled = 1;

// At a task's end, before its slot is vacated: keeps the code, signals. Nothing happens if it has no object.
// False: the object's lock is stuck, try again later.
bool signal_task(const SegmentView& view, const ThreadState* self, Kind kind, std::uint32_t object_slot,
                 Identity identity, std::uint32_t exit_code, platform::Deadline deadline = platform::Deadline::never());

// Needs the namespace lock: the object of a task ends, its record forgets it.
void forget_task_object(const NamespaceLock& lock, std::uint32_t slot);

}  // namespace rtss::runtime
