// Handles: one pool of entries in the segment for all processes, so that a survivor can drop a dead process's.
// A handle value names its entry and the entry's generation; an entry answers only to the process it was made for.
#pragma once

#include "runtime/names/names.h"
#include "runtime/segment/object.h"
#include "runtime/segment/types.h"

namespace rtss::runtime {

// Lock-free. The target is read before the check: an entry that is closed and used again in between has an empty or
// another check by the time its new target can be seen.  [A] pairs with the release stores of issue_handle.
inline bool resolve(const SegmentView& view, Identity process, Handle handle, ObjectRef* ref) {
  const std::uint32_t index = handle_index(handle);
  if (index >= view.limits.handles) return false;
  const HandleEntry& entry = view.handles[index];
  const std::uint64_t target = entry.target.load(std::memory_order_acquire);
  if (entry.check.load(std::memory_order_acquire) != make_check(process, handle & ~kHandleTagMask)) return false;
  const auto slot = static_cast<std::uint32_t>(target);
  if (slot >= view.limits.objects) return false;
  *ref = {.object = &view.objects[slot], .slot = slot, .generation = static_cast<std::uint32_t>(target >> 32)};
  return true;
}

// All below need the namespace lock.
Handle issue_handle(const NamespaceLock& lock, Identity process,
                    ObjectRef ref);  // kNoHandle: table full; counts a reference
Status close_handle(const NamespaceLock& lock, const ThreadState& self, Handle handle);
bool close_all(const NamespaceLock& lock, Identity process);  // of a dead process; false: see try_destroy()
// Closes what dead processes that no sweep has come to yet have of a found object. True: it lives on without them.
bool outlives_the_dead(const NamespaceLock& lock, std::uint32_t slot);
void rebuild_handles(const SegmentView& view);  // references and the free list, from the entries

}  // namespace rtss::runtime
