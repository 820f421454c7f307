#include "runtime/names/names.h"

#include <algorithm>

#include "platform/steps.h"
#include "runtime/names/handle_table.h"
#include "runtime/names/memory_file.h"
#include "runtime/names/task_object.h"
#include "runtime/segment/name_hash.h"
#include "runtime/sync/donations.h"
#include "runtime/sync/grant.h"
#include "runtime/sync/lock_timeouts.h"
#include "runtime/sync/operations.h"
#include "runtime/sync/queue.h"

namespace rtss::runtime {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

std::string_view name_of(const SegmentView& view, std::uint32_t slot) {
  const ObjectInfo& info = view.infos[slot];
  return {info.name.data(), std::min(info.name_length.load(kRelaxed), kMaxNameBytes)};
}

std::atomic<std::uint32_t>& bucket_of(const SegmentView& view, std::string_view name) {
  return view.buckets[bucket_index(name, view.bucket_mask)];
}

void link_name(const SegmentView& view, std::uint32_t slot) {
  std::atomic<std::uint32_t>& bucket = bucket_of(view, name_of(view, slot));
  view.objects[slot].next.store(bucket.load(kRelaxed), kRelaxed);
  bucket.store(slot, kRelaxed);
}

void unlink_name(const SegmentView& view, std::uint32_t slot) {
  std::atomic<std::uint32_t>* link = &bucket_of(view, name_of(view, slot));
  for (std::uint32_t steps = view.limits.objects; steps != 0; --steps) {
    const std::uint32_t at = link->load(kRelaxed);
    if (at >= view.limits.objects) return;
    if (at == slot) {
      link->store(view.objects[slot].next.load(kRelaxed), kRelaxed);
      return;
    }
    link = &view.objects[at].next;
  }
}

void push_free(const SegmentView& view, std::uint32_t slot) {
  view.objects[slot].next.store(view.header->free_object.load(kRelaxed), kRelaxed);
  view.header->free_object.store(slot, kRelaxed);
}

// Everything [N] protects, from the handle entries and the objects themselves.
void rebuild_namespace(const NamespaceLock& lock) {
  const SegmentView& view = lock.view();
  rebuild_handles(view);
  for (std::uint32_t i = 0; i <= view.bucket_mask; ++i) view.buckets[i].store(kNoSlot, kRelaxed);
  view.header->free_object.store(kNoSlot, kRelaxed);
  RTSS_STEP("rebuild.emptied");
  const std::uint32_t used = objects_used(view);
  for (std::uint32_t slot = used; slot-- != 0;) {
    Object& object = view.objects[slot];
    if (object.kind.load(kRelaxed) == Kind::kFree)
      push_free(view, slot);
    else if (object.named.load(kRelaxed) != 0)
      link_name(view, slot);
  }
  RTSS_STEP("rebuild.linked");
  for (std::uint32_t slot = 0; slot < used; ++slot) {
    const Object& object = view.objects[slot];
    if (object.kind.load(kRelaxed) == Kind::kFree || object.references.load(kRelaxed) != 0) continue;
    if (object.pinned.load(kRelaxed) == 0) try_destroy(lock, nullptr, slot);
  }
}

}  // namespace

NamespaceLock::NamespaceLock(const SegmentView& view, platform::Deadline deadline) : view_(view) {
  platform::RobustLock& lock = view.header->namespace_lock;
  const platform::LockOutcome outcome = deadline.is_never() ? lock.lock() : lock.lock_until(deadline);
  held_ = outcome == platform::LockOutcome::kAcquired || outcome == platform::LockOutcome::kOwnerDied;
  if (outcome == platform::LockOutcome::kOwnerDied) rebuild_namespace(*this);
}

NamespaceLock::~NamespaceLock() {
  if (held_) view_.header->namespace_lock.unlock();
}

Status normalise_name(std::string_view* name) {
  for (const std::string_view prefix : {std::string_view{"Global\\"}, std::string_view{"Local\\"}}) {
    if (name->starts_with(prefix)) {
      name->remove_prefix(prefix.size());
      if (name->empty()) return Status::kInvalidName;
      break;
    }
  }
  if (name->size() > kMaxNameBytes) return Status::kNameTooLong;
  return name->find('\\') == std::string_view::npos && name->find('\0') == std::string_view::npos
             ? Status::kOk
             : Status::kInvalidName;
}

std::uint32_t find_object(const NamespaceLock& lock, Kind kind, std::string_view name) {
  const SegmentView& view = lock.view();
  std::uint32_t slot = bucket_of(view, name).load(kRelaxed);
  for (std::uint32_t steps = view.limits.objects; steps != 0 && slot < view.limits.objects; --steps) {
    const Object& object = view.objects[slot];
    const bool kind_fits = !view.names_per_kind || object.kind.load(kRelaxed) == kind;
    if (kind_fits && object.named.load(kRelaxed) != 0 && name_of(view, slot) == name) return slot;
    slot = object.next.load(kRelaxed);
  }
  return kNoSlot;
}

std::uint32_t allocate_object(const NamespaceLock& lock) {
  const SegmentView& view = lock.view();
  Header& header = *view.header;
  const std::uint32_t free = header.free_object.load(kRelaxed);
  if (free < view.limits.objects && view.objects[free].kind.load(kRelaxed) == Kind::kFree) {
    header.free_object.store(view.objects[free].next.load(kRelaxed), kRelaxed);
    RTSS_STEP("create.allocated");
    return free;
  }
  std::uint32_t used = header.objects_used.load(kRelaxed);
  while (used < view.limits.objects && view.objects[used].kind.load(kRelaxed) != Kind::kFree) ++used;  // after damage
  if (used >= view.limits.objects) return kNoSlot;
  header.objects_used.store(used + 1, std::memory_order_release);
  RTSS_STEP("create.allocated");
  return used;
}

ObjectRef write_object(const NamespaceLock& lock, std::uint32_t slot, const ObjectInit& init, std::string_view name) {
  const SegmentView& view = lock.view();
  Object& object = view.objects[slot];
  ObjectInfo& info = view.infos[slot];
  std::copy(name.begin(), name.end(), info.name.begin());
  info.name[name.size()] = '\0';
  info.name_length.store(static_cast<std::uint32_t>(name.size()), kRelaxed);
  const bool is_memory = init.kind == Kind::kSharedMemory;
  info.kind_first.store(is_memory ? init.bytes : init.identity, kRelaxed);
  info.kind_second.store(is_memory ? init.file : init.ids, kRelaxed);
  object.recursion.store(0, kRelaxed);
  object.manual_reset.store(init.manual_reset ? 1 : 0, kRelaxed);
  object.kind_word.store(init.kind == Kind::kSemaphore ? init.maximum : init.exit_code, kRelaxed);
  object.pinned.store(0, kRelaxed);
  object.orphan.store(0, kRelaxed);
  object.named.store(0, kRelaxed);
  object.recheck.store(0, kRelaxed);
  object.contentions.store(0, kRelaxed);
  object.references.store(0, kRelaxed);
  // SLOW stays: a call with a handle to the slot's last occupant may hold the lock, and clears it when it ends.
  Word word = object.word.load(kRelaxed);
  const std::uint32_t generation = generation_of(word);
  while (!object.word.compare_exchange_weak(word, make_word(generation, init.state | (state_of(word) & kSlow)),
                                            std::memory_order_acq_rel, kRelaxed)) {
  }
  view.recorders[slot].wait_length.store(make_length(generation, 0), kRelaxed);
  view.recorders[slot].hold_length.store(make_length(generation, 0), kRelaxed);
  object.kind.store(init.kind, std::memory_order_release);  // (L2)
  RTSS_STEP("create.written");
  return {.object = &object, .slot = slot, .generation = generation};
}

void publish_name(const NamespaceLock& lock, std::uint32_t slot) {
  lock.view().objects[slot].named.store(1, std::memory_order_release);
  link_name(lock.view(), slot);
  RTSS_STEP("create.named");
}

bool try_destroy(const NamespaceLock& lock, const ThreadState* self, std::uint32_t slot) {
  const SegmentView& view = lock.view();
  Object& object = view.objects[slot];
  if (object.kind.load(kRelaxed) == Kind::kFree || object.references.load(kRelaxed) != 0 ||
      object.pinned.load(kRelaxed) != 0) {
    return true;
  }
  if (object.named.exchange(0, kRelaxed) != 0) unlink_name(view, slot);
  RTSS_STEP("close.unnamed");
  SlowPath slow(view, self);
  SlowPath::Begin begun = slow.begin(object, slow.lock_timeout());
  if (begun == SlowPath::Begin::kBusy) {
    // The holder of the lock looks for ORPHAN after its unlock. If that look came before this, the lock is free now.
    // All four sequentially consistent; the lock is asked for in the kernel, which orders as much.
    object.orphan.store(1, std::memory_order_seq_cst);
    object.word.fetch_or(kSlow, std::memory_order_acq_rel);
    RTSS_STEP("destroy.put_off");
    begun = slow.begin(object, platform::Deadline::at(0));
  }
  bool was_owned = false;
  if (begun == SlowPath::Begin::kLocked) {
    distribute(slow, object);
    const Word word = object.word.load(kRelaxed);
    const Identity owner = kind_of(object) == Kind::kMutex ? mutex::owner(word) : 0;
    const bool is_anothers = owner != 0 && owner != (self != nullptr ? self->identity : 0);
    const bool is_in_use = is_anothers || !queue::is_empty(object);
    if (!is_in_use) settle(slow, object);
    if (is_in_use || slow.met_stuck_lock()) {
      object.orphan.store(1, kRelaxed);
      if (!is_in_use) slow.leave_to_reaper();
    } else {
      was_owned = owner != 0;
      if (kind_of(object) == Kind::kSharedMemory) remove_memory_file(view, slot);
      if (kind_of(object) == Kind::kThread || kind_of(object) == Kind::kProcess) forget_task_object(lock, slot);
      object.orphan.store(0, kRelaxed);
      object.recursion.store(0, kRelaxed);
      object.word.change(word, make_word(generation_of(word) + 1, 0));
      RTSS_STEP("destroy.word");
      object.kind.store(Kind::kFree, std::memory_order_release);
      push_free(view, slot);
      RTSS_STEP("destroy.freed");
    }
    slow.finish(object);
  }
  slow.leave_under_namespace_lock();
  if (was_owned) count_released(view, *self);
  return begun != SlowPath::Begin::kBusy && !slow.met_stuck_lock();
}

void end_own_orphans(const SegmentView& view, const ThreadState& self) {
  self.record->after_release.fetch_and(static_cast<std::uint8_t>(~kAfterReleaseOrphan), std::memory_order_acq_rel);
  const NamespaceLock lock(view, brief_timeout());
  if (!lock.is_held()) {
    self.record->after_release.fetch_or(kAfterReleaseOrphan, std::memory_order_acq_rel);
    return;
  }
  const std::uint32_t used = objects_used(view);
  for (std::uint32_t slot = 0; slot < used; ++slot) {
    const Object& object = view.objects[slot];
    const bool is_own = kind_of(object) == Kind::kMutex && mutex::owner(object.word.load(kRelaxed)) == self.identity;
    if (is_own && object.orphan.load(kRelaxed) != 0) try_destroy(lock, &self, slot);
  }
}

void collect_orphans(Operation& operation) {
  const NamespaceLock lock(operation.view(), brief_timeout());
  if (!lock.is_held()) return operation.leave_to_reaper();
  for (const std::uint32_t slot : operation.deferred.orphans) {
    if (!try_destroy(lock, operation.self(), slot)) operation.note_stuck_lock();
  }
}

}  // namespace rtss::runtime
