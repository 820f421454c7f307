// Create-or-open by name, for every kind.
#pragma once

#include <string_view>

#include "platform/steps.h"
#include "runtime/names/handle_table.h"
#include "runtime/names/names.h"
#include "runtime/sync/wait.h"

namespace rtss::runtime {

// A process whose own slot was swept (it was taken for dead) must not write to the tables any more (D3).
inline bool still_registered(const SegmentView& view, Identity process) {
  const ProcessRecord* const record = view.process(slot_of(process));
  return record != nullptr && record->identity.load(std::memory_order_relaxed) == process &&
         !platform::RobustLock::is_dead(record->life.observe());
}

// A namespace lock that may be used to write: usable, and this process still in its place.
inline Status check_writable(const NamespaceLock& lock, const ThreadState& self) {
  if (!lock.is_held()) return report_corruption("the namespace lock is unusable");
  return still_registered(lock.view(), self.process) ? Status::kOk : Status::kAccessDenied;
}

// An orphan found without its name, as a task's object is, has a reference again. A stuck lock is left alone: its
// holder finds the flag or not, and the reference in either case. [N]
inline void adopt(const NamespaceLock& lock, const ThreadState& self, std::uint32_t slot) {
  SlowPath slow(lock.view(), &self);
  Object& object = lock.view().objects[slot];
  const SlowPath::Begin begun = slow.begin(object, slow.lock_timeout());
  object.orphan.store(0, std::memory_order_relaxed);
  if (begun == SlowPath::Begin::kLocked) slow.complete(object);
  slow.leave_under_namespace_lock();
}

// An object of this name that a living process has open, or that is pinned.
inline std::uint32_t find_living(const NamespaceLock& lock, Kind kind, std::string_view name) {
  const std::uint32_t slot = find_object(lock, kind, name);
  return slot == kNoSlot || outlives_the_dead(lock, slot) ? slot : kNoSlot;
}

inline Opened open_existing(const NamespaceLock& lock, const ThreadState& self, Kind kind, std::uint32_t slot,
                            Status found) {
  Object& object = lock.view().objects[slot];
  if (kind_of(object) != kind) return {Status::kInvalidHandle, kNoHandle};
  const ObjectRef ref{
      .object = &object, .slot = slot, .generation = generation_of(object.word.load(std::memory_order_relaxed))};
  const Handle handle = issue_handle(lock, self.process, ref);
  RTSS_STEP("open.handle");
  if (handle != kNoHandle && object.orphan.load(std::memory_order_relaxed) != 0) adopt(lock, self, slot);
  return {handle == kNoHandle ? Status::kTableFull : found, handle};
}

// equip() makes what the object names outside the segment, once the object that would remove it again is there.
template <typename Equip>
Opened make_new(const NamespaceLock& lock, ThreadState& self, const ObjectInit& init, std::string_view name,
                const Equip& equip) {
  const std::uint32_t slot = allocate_object(lock);
  if (slot == kNoSlot) return {Status::kTableFull, kNoHandle};
  const ObjectRef ref = write_object(lock, slot, init, name);
  const Status equipped = equip();
  const Handle handle = equipped == Status::kOk ? issue_handle(lock, self.process, ref) : kNoHandle;
  RTSS_STEP("create.handle");
  if (handle == kNoHandle) {
    ref.object->word.fetch_and(make_word(~0U, kSlow), std::memory_order_acq_rel);
    try_destroy(lock, &self, slot);
    return {equipped == Status::kOk ? Status::kTableFull : equipped, kNoHandle};
  }
  if (!name.empty()) publish_name(lock, slot);
  if (init.kind == Kind::kMutex && init.state != 0) count_owned(self, 1);
  return {Status::kOk, handle};
}

inline Status needs_nothing() { return Status::kOk; }

}  // namespace rtss::runtime
