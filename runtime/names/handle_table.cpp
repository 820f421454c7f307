#include "runtime/names/handle_table.h"

#include <algorithm>

#include "platform/process_identity.h"
#include "platform/steps.h"

namespace rtss::runtime {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;
constexpr std::uint32_t kGenerationShift = 18;
constexpr std::uint32_t kGenerationMask = 0x1fffU;

Identity owner_of(const HandleEntry& entry) { return static_cast<Identity>(entry.check.load(kRelaxed) >> 32); }

Handle next_handle(const HandleEntry& entry, std::uint32_t index) {
  const auto last = static_cast<Handle>(entry.check.load(kRelaxed));
  const std::uint32_t generation = ((last >> kGenerationShift) + 1) & kGenerationMask;
  return ((generation == 0 ? 1 : generation) << kGenerationShift) | (index << 2);
}

std::uint32_t take_free_entry(const SegmentView& view) {
  Header& header = *view.header;
  // Never-used entries first: a value comes back as late as possible.
  std::uint32_t used = header.handles_used.load(kRelaxed);
  while (used < view.limits.handles && owner_of(view.handles[used]) != 0) ++used;  // after damage
  if (used < view.limits.handles) {
    header.handles_used.store(used + 1, kRelaxed);
    return used;
  }
  std::uint32_t head = header.free_handle_head.load(kRelaxed);
  if (head < view.limits.handles && owner_of(view.handles[head]) != 0) {  // after damage
    rebuild_handles(view);
    head = header.free_handle_head.load(kRelaxed);
  }
  if (head >= view.limits.handles) return kNoSlot;
  const auto next = static_cast<std::uint32_t>(view.handles[head].target.load(kRelaxed));
  header.free_handle_head.store(next, kRelaxed);
  if (next >= view.limits.handles) header.free_handle_tail.store(kNoSlot, kRelaxed);
  return head;
}

void append_free_entry(const SegmentView& view, std::uint32_t index) {
  Header& header = *view.header;
  view.handles[index].target.store(kNoSlot, std::memory_order_release);  // (H1): not before the check was cleared
  const std::uint32_t tail = header.free_handle_tail.load(kRelaxed);
  if (tail < view.limits.handles)
    view.handles[tail].target.store(index, std::memory_order_release);
  else
    header.free_handle_head.store(index, kRelaxed);
  header.free_handle_tail.store(index, kRelaxed);
}

// The object an entry stands for, if it still is that object.
Object* target_of(const SegmentView& view, const HandleEntry& entry, std::uint32_t* slot) {
  const std::uint64_t target = entry.target.load(kRelaxed);
  *slot = static_cast<std::uint32_t>(target);
  Object* const object = view.object(*slot);
  if (object == nullptr || object->kind.load(kRelaxed) == Kind::kFree) return nullptr;
  return generation_of(object->word.load(kRelaxed)) == static_cast<std::uint32_t>(target >> 32) ? object : nullptr;
}

// Once its reaper has ended, a process's life word is marked, or a sweeper's.
bool has_died(const ProcessRecord& process) {
  const std::int32_t pid = process.pid.load(kRelaxed);
  const std::uint32_t life = process.life.observe();
  if (pid == 0) return false;
  if (platform::RobustLock::is_dead(life)) return true;
  const auto holder = static_cast<std::int32_t>(life & platform::RobustLock::kTidMask);
  if (holder == 0 || platform::is_sealed(process.sealed_start.load(kRelaxed), pid, holder)) return false;
  return platform::is_gone(pid, holder);  // the seal may be damaged
}

bool has_died(const SegmentView& view, Identity identity) {
  const ProcessRecord* const process = view.process(slot_of(identity));
  return process != nullptr && process->identity.load(kRelaxed) == identity && has_died(*process);
}

bool any_process_has_died(const SegmentView& view) {
  const std::uint32_t used = processes_used(view);
  return std::any_of(view.processes, view.processes + used,
                     [](const ProcessRecord& process) { return has_died(process); });
}

bool close_entry(const NamespaceLock& lock, const ThreadState* self, std::uint32_t index) {
  const SegmentView& view = lock.view();
  HandleEntry& entry = view.handles[index];
  std::uint32_t slot = kNoSlot;
  Object* const object = target_of(view, entry, &slot);
  entry.check.store(static_cast<Handle>(entry.check.load(kRelaxed)), std::memory_order_release);
  RTSS_STEP("close.entry");
  append_free_entry(view, index);
  if (object == nullptr) return true;
  const std::uint32_t references = object->references.load(kRelaxed);
  if (references != 0) object->references.store(references - 1, kRelaxed);
  return references > 1 || try_destroy(lock, self, slot);
}

}  // namespace

Handle issue_handle(const NamespaceLock& lock, Identity process, ObjectRef ref) {
  const SegmentView& view = lock.view();
  const std::uint32_t index = take_free_entry(view);
  if (index == kNoSlot) return kNoHandle;
  HandleEntry& entry = view.handles[index];
  const Handle handle = next_handle(entry, index);
  entry.target.store((static_cast<std::uint64_t>(ref.generation) << 32) | ref.slot, std::memory_order_release);  // [A]
  entry.check.store(make_check(process, handle), std::memory_order_release);                                     // [A]
  ref.object->references.store(ref.object->references.load(kRelaxed) + 1, kRelaxed);
  return handle;
}

Status close_handle(const NamespaceLock& lock, const ThreadState& self, Handle handle) {
  const std::uint32_t index = handle_index(handle);
  const SegmentView& view = lock.view();
  if (index >= view.limits.handles) return Status::kInvalidHandle;
  if (view.handles[index].check.load(kRelaxed) != make_check(self.process, handle & ~kHandleTagMask)) {
    return Status::kInvalidHandle;
  }
  close_entry(lock, &self, index);
  return Status::kOk;
}

bool close_all(const NamespaceLock& lock, Identity process) {
  const SegmentView& view = lock.view();
  const std::uint32_t used = handles_used(view);
  bool all_done = true;
  for (std::uint32_t i = 0; i < used; ++i) {
    if (owner_of(view.handles[i]) == process) all_done = close_entry(lock, nullptr, i) && all_done;
  }
  return all_done;
}

bool outlives_the_dead(const NamespaceLock& lock, std::uint32_t slot) {
  const SegmentView& view = lock.view();
  const Object& object = view.objects[slot];
  if (object.pinned.load(kRelaxed) != 0 || !any_process_has_died(view)) return true;
  const std::uint64_t target = (static_cast<std::uint64_t>(generation_of(object.word.load(kRelaxed))) << 32) | slot;
  const std::uint32_t used = handles_used(view);
  for (std::uint32_t i = 0; i < used; ++i) {
    const HandleEntry& entry = view.handles[i];
    if (owner_of(entry) != 0 && entry.target.load(kRelaxed) == target && !has_died(view, owner_of(entry))) return true;
  }
  for (std::uint32_t i = 0; i < used; ++i) {
    const HandleEntry& entry = view.handles[i];
    if (owner_of(entry) != 0 && entry.target.load(kRelaxed) == target) close_entry(lock, nullptr, i);
  }
  return false;
}

void rebuild_handles(const SegmentView& view) {
  const std::uint32_t objects = objects_used(view);
  for (std::uint32_t i = 0; i < objects; ++i) view.objects[i].references.store(0, kRelaxed);
  view.header->free_handle_head.store(kNoSlot, kRelaxed);
  view.header->free_handle_tail.store(kNoSlot, kRelaxed);
  RTSS_STEP("rebuild.forgotten");
  const std::uint32_t used = handles_used(view);
  for (std::uint32_t i = 0; i < used; ++i) {
    HandleEntry& entry = view.handles[i];
    std::uint32_t slot = kNoSlot;
    Object* const object = owner_of(entry) == 0 ? nullptr : target_of(view, entry, &slot);
    if (object != nullptr) {
      object->references.store(object->references.load(kRelaxed) + 1, kRelaxed);
    } else {
      entry.check.store(static_cast<Handle>(entry.check.load(kRelaxed)), std::memory_order_release);
      append_free_entry(view, i);
    }
  }
  RTSS_STEP("rebuild.counted");
}

}  // namespace rtss::runtime
