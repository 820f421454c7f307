// The entries: attach, check the handle and its kind, run the operation.
#include "runtime/runtime.h"

#include <algorithm>
#include <array>

#include "platform/steps.h"
#include "priority/level.h"
#include "runtime/fast_path.h"
#include "runtime/life/attach.h"
#include "runtime/names/handle_table.h"
#include "runtime/names/names.h"
#include "runtime/services/create.h"
#include "runtime/services/shared_memory.h"
#include "runtime/sync/operations.h"
#include "runtime/sync/take.h"
#include "runtime/sync/thread_boost.h"
#include "runtime/sync/wait.h"
#include "runtime/sync/wait_all.h"

namespace rtss::runtime {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

bool is_waitable(Kind kind) { return kind != Kind::kFree && kind != Kind::kSharedMemory; }

// Threads, processes and timers end with what they stand for.
bool can_be_pinned(Kind kind) {
  return kind == Kind::kMutex || kind == Kind::kEvent || kind == Kind::kSemaphore || kind == Kind::kSharedMemory;
}

Status find_waitable(ThreadState& self, Handle handle, ObjectRef* ref) {
  if (!resolve(attachment.view, self.process, handle, ref)) return Status::kInvalidHandle;
  return is_waitable(kind_of(*ref->object)) ? Status::kOk : Status::kInvalidHandle;
}

void remember_mutex(ThreadState& self, Handle handle, const ObjectRef& ref) {
  self.last_mutex = {.handle = handle,
                     .entry = &attachment.view.handles[handle_index(handle)],
                     .check = make_check(self.process, handle),
                     .target = (static_cast<std::uint64_t>(ref.generation) << 32) | ref.slot,
                     .object = ref.object,
                     .free = make_word(ref.generation, 0),
                     .owned = make_word(ref.generation, self.identity)};
}

// What one compare-and-swap decides; it needs no guard. A mutex that is not simply free is not among it.
bool take_without_guard(ThreadState& self, Handle handle, const ObjectRef& ref) {
  switch (kind_of(*ref.object)) {
    case Kind::kMutex:
      remember_mutex(self, handle, ref);
      return ref.object->word.load(kRelaxed) == self.last_mutex.free && take_last_mutex(self);
    case Kind::kEvent:
    case Kind::kSemaphore:
      return try_take(*self.record, self.identity, *ref.object, ref.generation) == Take::kTaken;
    default:
      return false;
  }
}

template <typename Operation>
Status on_object(Handle handle, Kind kind, const Operation& operation) {
  ThreadState& self = self_state;
  ObjectRef ref{};
  if (const Status status = find_handle(self, handle, kind, &ref); status != Status::kOk) return status;
  return operation(self, ref);
}

// A thread whose mutexes lost their last handle in other threads ends them before it can own more of them.
void end_orphans_of(ThreadState& self) {
  if ((self.record->after_release.load(kRelaxed) & kAfterReleaseOrphan) == 0) [[likely]]
    return;
  const InOperation guard(self);
  end_own_orphans(attachment.view, self);
}

// The word of an object as a query sees it: of this occupant, or nothing.
Status query(Handle handle, Kind kind, ObjectRef* ref, Word* word) {
  ThreadState& self = self_state;
  if (const Status status = find_handle(self, handle, kind, ref); status != Status::kOk) return status;
  *word = ref->object->word.load(std::memory_order_acquire);
  return generation_of(*word) == ref->generation ? Status::kOk : Status::kInvalidHandle;
}

// Wait-all compares objects, not handles.
bool has_duplicates(std::span<const ObjectRef> refs) {
  std::array<std::uint32_t, kMaxWaitObjects> slots{};
  std::transform(refs.begin(), refs.end(), slots.begin(), [](const ObjectRef& ref) { return ref.slot; });
  const auto end = slots.begin() + static_cast<std::ptrdiff_t>(refs.size());
  std::sort(slots.begin(), end);
  return std::adjacent_find(slots.begin(), end) != end;
}

}  // namespace

Opened create_mutex(std::string_view name, InitialOwner initial_owner) {
  return create_object(name, Kind::kMutex, [&](const ThreadState& self) {
    return ObjectInit{.kind = Kind::kMutex, .state = initial_owner == InitialOwner::kYes ? self.identity : 0};
  });
}

Opened create_event(std::string_view name, Reset reset, EventState initial) {
  return create_object(name, Kind::kEvent, [&](const ThreadState&) {
    return ObjectInit{.kind = Kind::kEvent,
                      .state = initial == EventState::kSet ? kSignaled : 0,
                      .manual_reset = reset == Reset::kManual};
  });
}

Opened create_semaphore(std::string_view name, std::int32_t initial, std::int32_t maximum) {
  if (maximum <= 0 || initial < 0 || initial > maximum) return {Status::kInvalidParameter, kNoHandle};
  return create_object(name, Kind::kSemaphore, [&](const ThreadState&) {
    return ObjectInit{.kind = Kind::kSemaphore,
                      .state = static_cast<std::uint32_t>(initial),
                      .maximum = static_cast<std::uint32_t>(maximum)};
  });
}

Opened open_mutex(std::string_view name) { return open_object(name, Kind::kMutex); }
Opened open_event(std::string_view name) { return open_object(name, Kind::kEvent); }
Opened open_semaphore(std::string_view name) { return open_object(name, Kind::kSemaphore); }

Status pin(Handle handle, bool pinned) {
  ThreadState& self = self_state;
  ObjectRef ref{};
  if (const Status status = find_handle(self, handle, &ref); status != Status::kOk) return status;
  const InLibrary guard(self);
  const NamespaceLock lock(attachment.view);
  if (const Status status = check_writable(lock, self); status != Status::kOk) return status;
  // Once more: under the lock no thread can close the handle.
  if (!resolve(attachment.view, self.process, handle, &ref)) return Status::kInvalidHandle;
  if (!can_be_pinned(kind_of(*ref.object))) return Status::kInvalidHandle;
  if (ref.object->named.load(kRelaxed) == 0) return Status::kInvalidParameter;
  ref.object->pinned.store(pinned ? 1 : 0, std::memory_order_release);
  RTSS_STEP("pin.written");
  return Status::kOk;
}

Status release_mutex(Handle handle) {
  return on_object(handle, Kind::kMutex, [handle](ThreadState& self, const ObjectRef& ref) {
    remember_mutex(self, handle, ref);
    if (ref.object->word.load(kRelaxed) == self.last_mutex.owned && release_last_mutex(self)) return Status::kOk;
    const InOperation guard(self);
    return release_mutex(attachment.view, self, ref);
  });
}

void finish_release() {
  ThreadState& self = self_state;
  end_orphans_of(self);
  if (self.record->owned.load(kRelaxed) != 0) return;
  const InOperation guard(self);
  end_deferred(attachment.view, self);
}

Status set_event(Handle event) {
  return on_object(event, Kind::kEvent,
                   [](ThreadState& self, const ObjectRef& ref) { return set_event(attachment.view, self, ref); });
}

Status reset_event(Handle event) {
  return on_object(event, Kind::kEvent,
                   [](ThreadState& self, const ObjectRef& ref) { return reset_event(attachment.view, self, ref); });
}

Status pulse_event(Handle event) {
  return on_object(event, Kind::kEvent,
                   [](ThreadState& self, const ObjectRef& ref) { return pulse_event(attachment.view, self, ref); });
}

Status release_semaphore(Handle semaphore, std::int32_t count, std::int32_t* previous) {
  return on_object(semaphore, Kind::kSemaphore, [&](ThreadState& self, const ObjectRef& ref) {
    return release_semaphore(attachment.view, self, ref, count, previous);
  });
}

WaitOutcome wait_one(Handle handle, platform::Timeout timeout) {
  ThreadState& self = self_state;
  ObjectRef ref{};
  if (const Status status = enter_with_handle(self); status != Status::kOk) return wait_failed(status);
  if (const Status status = find_waitable(self, handle, &ref); status != Status::kOk) return wait_failed(status);
  end_orphans_of(self);
  if (take_without_guard(self, handle, ref)) return wait_satisfied(0, false);
  const InOperation guard(self);
  return wait_any(attachment.view, self, {&ref, 1}, timeout);
}

WaitOutcome wait_many(std::span<const Handle> handles, WaitKind kind, platform::Timeout timeout) {
  ThreadState& self = self_state;
  if (handles.empty() || handles.size() > kMaxWaitObjects) return wait_failed(Status::kInvalidParameter);
  if (const Status status = enter_with_handle(self); status != Status::kOk) return wait_failed(status);
  const SegmentView& view = attachment.view;
  std::array<ObjectRef, kMaxWaitObjects> refs;
  for (std::size_t i = 0; i < handles.size(); ++i) {
    if (const Status status = find_waitable(self, handles[i], &refs[i]); status != Status::kOk)
      return wait_failed(status);
  }
  const std::span<const ObjectRef> objects(refs.data(), handles.size());
  if (kind == WaitKind::kAll && has_duplicates(objects)) return wait_failed(Status::kInvalidParameter);
  end_orphans_of(self);
  const InOperation guard(self);
  return kind == WaitKind::kAll && objects.size() > 1 ? wait_all(view, self, objects, timeout)
                                                      : wait_any(view, self, objects, timeout);
}

Status query_mutex(Handle handle, MutexState* state) {
  ObjectRef ref{};
  Word word = 0;
  if (const Status status = query(handle, Kind::kMutex, &ref, &word); status != Status::kOk) return status;
  const Identity owner = mutex::owner(word);
  const ThreadRecord* const thread = owner == 0 ? nullptr : attachment.view.thread(slot_of(owner));
  *state = {.recursion = owner == 0 ? 0 : static_cast<std::int32_t>(ref.object->recursion.load(kRelaxed) + 1),
            .owner_pid = thread == nullptr ? 0 : thread->pid.load(kRelaxed),
            .owner_tid = thread == nullptr ? 0 : thread->tid.load(kRelaxed),
            .abandoned = mutex::is_abandoned(word)};
  return Status::kOk;
}

Status query_event(Handle handle, EventInfo* state) {
  ObjectRef ref{};
  Word word = 0;
  if (const Status status = query(handle, Kind::kEvent, &ref, &word); status != Status::kOk) return status;
  *state = {.signaled = event::is_set(word), .manual_reset = is_manual_reset(*ref.object)};
  return Status::kOk;
}

Status query_semaphore(Handle handle, SemaphoreState* state) {
  ObjectRef ref{};
  Word word = 0;
  if (const Status status = query(handle, Kind::kSemaphore, &ref, &word); status != Status::kOk) return status;
  *state = {.count = static_cast<std::int32_t>(semaphore::count(word)),
            .maximum = static_cast<std::int32_t>(semaphore_maximum(*ref.object))};
  return Status::kOk;
}

Status set_current_thread_spin(std::uint32_t nanoseconds) {
  self_state.spin_ns = nanoseconds;
  return Status::kOk;
}

}  // namespace rtss::runtime
