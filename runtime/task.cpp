#include "runtime/task.h"

#include "runtime/chain.h"
#include "runtime/creation.h"
#include "runtime/steps.h"

namespace rtss::runtime {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

std::uint64_t pack_ids(std::int32_t pid, std::int32_t tid) {
  return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(pid)) << 32) | static_cast<std::uint32_t>(tid);
}

// A handle to the task's object, which is made now if there is none. [N]
Opened open_task(const NamespaceLock& lock, ThreadState& self, Kind kind, std::atomic<std::uint32_t>& record_object,
                 Identity identity, std::int32_t pid, std::int32_t tid) {
  const std::uint32_t existing = record_object.load(kRelaxed);
  if (existing < lock.view().limits.objects) return open_existing(lock, self, kind, existing, Status::kOk);
  const ObjectInit init{.kind = kind,
                        .manual_reset = true,
                        .maximum = kExitCodeStillActive,
                        .size = identity,
                        .file = pack_ids(pid, tid)};
  const Opened made = make_new(lock, self, init, {}, needs_nothing);
  ObjectRef ref{};
  if (made.status == Status::kOk && resolve(lock.view(), self.process, made.handle, &ref)) {
    record_object.store(ref.slot, std::memory_order_release);
  }
  return made;
}

Status find_task(Handle handle, Kind kind, ObjectRef* ref) {
  ThreadState& self = self_state;
  if (const Status status = enter(self); status != Status::kOk) return status;
  const bool found = resolve(attachment.view, self.process, handle, ref) && kind_of(*ref->object) == kind;
  return found ? Status::kOk : Status::kInvalidHandle;
}

}  // namespace

bool signal_task(const SegmentView& view, const ThreadState* self, Kind kind, std::uint32_t object_slot,
                 Identity identity, std::uint32_t exit_code, platform::Deadline deadline) {
  Object* const object = view.object(object_slot);
  if (object == nullptr) return true;
  SlowPath slow(view, self);
  const SlowPath::Begin begun = slow.begin(*object, deadline);
  if (begun == SlowPath::Begin::kLocked) {
    const Word word = object->word.load(kRelaxed);
    const bool is_ours = kind_of(*object) == kind && view.infos[object_slot].size.load(kRelaxed) == identity;
    if (is_ours && !event::is_set(word)) {
      if (object->maximum.load(kRelaxed) == kExitCodeStillActive)
        object->maximum.store(exit_code, kRelaxed);  // not noted before
      object->word.store(event::set(word), std::memory_order_release);
    }
    slow.complete(*object);
  }
  slow.leave();
  return collect_orphans(view, self, slow) && begun != SlowPath::Begin::kBusy;
}

void forget_task_object(const NamespaceLock& lock, std::uint32_t slot) {
  const SegmentView& view = lock.view();
  const auto identity = static_cast<Identity>(view.infos[slot].size.load(kRelaxed));
  const bool is_thread = kind_of(view.objects[slot]) == Kind::kThread;
  ThreadRecord* const thread = is_thread ? view.thread(slot_of(identity)) : nullptr;
  ProcessRecord* const process = is_thread ? nullptr : view.process(slot_of(identity));
  std::uint32_t expected = slot;
  if (thread != nullptr && thread->identity.load(kRelaxed) == identity)
    thread->object.compare_exchange_strong(expected, kNoSlot);
  if (process != nullptr && process->identity.load(kRelaxed) == identity)
    process->object.compare_exchange_strong(expected, kNoSlot);
}

Opened open_current_thread() {
  ThreadState& self = self_state;
  if (const Status status = enter(self); status != Status::kOk) return {status, kNoHandle};
  const InLibrary guard(self);
  const NamespaceLock lock(attachment.view);
  if (const Status status = check_writable(lock, self); status != Status::kOk) return {status, kNoHandle};
  ThreadRecord& record = *self.record;
  return open_task(lock, self, Kind::kThread, record.object, self.identity, record.pid.load(kRelaxed),
                   record.tid.load(kRelaxed));
}

Opened open_process(std::int32_t pid) {
  ThreadState& self = self_state;
  if (const Status status = enter(self); status != Status::kOk) return {status, kNoHandle};
  const InLibrary guard(self);
  const SegmentView& view = attachment.view;
  const NamespaceLock lock(view);
  if (const Status status = check_writable(lock, self); status != Status::kOk) return {status, kNoHandle};
  const std::uint32_t used = processes_used(view);
  for (std::uint32_t slot = 0; slot < used; ++slot) {
    ProcessRecord& process = view.processes[slot];
    if (pid <= 0 || process.pid.load(kRelaxed) != pid || platform::RobustLock::is_dead(process.life.observe()))
      continue;
    return open_task(lock, self, Kind::kProcess, process.object, process.identity.load(kRelaxed), pid, 0);
  }
  return {Status::kNotFound, kNoHandle};
}

void set_exit_code(std::uint32_t code) { self_state.exit_code = code; }

Status query_task(Handle handle, TaskState* state) {
  ObjectRef ref{};
  if (find_task(handle, Kind::kThread, &ref) != Status::kOk) {
    if (const Status status = find_task(handle, Kind::kProcess, &ref); status != Status::kOk) return status;
  }
  const Word word = ref.object->word.load(std::memory_order_acquire);
  if (generation_of(word) != ref.generation) return Status::kInvalidHandle;
  const std::uint64_t ids = attachment.view.infos[ref.slot].file.load(kRelaxed);
  *state = {.is_thread = kind_of(*ref.object) == Kind::kThread,
            .ended = event::is_set(word),
            .exit_code = event::is_set(word) ? ref.object->maximum.load(kRelaxed) : kExitCodeStillActive,
            .pid = static_cast<std::int32_t>(ids >> 32),
            .tid = static_cast<std::int32_t>(ids)};
  return Status::kOk;
}

Opened create_timer_object() {
  return create_object({}, Kind::kTimer, [](const ThreadState&) { return ObjectInit{.kind = Kind::kTimer}; });
}

}  // namespace rtss::runtime
