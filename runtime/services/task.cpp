#include "runtime/services/task.h"

#include "platform/steps.h"
#include "runtime/services/close.h"
#include "runtime/services/create.h"

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
                        .exit_code = kExitCodeStillActive,
                        .identity = identity,
                        .ids = pack_ids(pid, tid)};
  const Opened made = make_new(lock, self, init, {}, needs_nothing);
  ObjectRef ref{};
  if (made.status == Status::kOk && resolve(lock.view(), self.process, made.handle, &ref)) {
    record_object.store(ref.slot, std::memory_order_release);
  }
  return made;
}

}  // namespace

Opened open_current_thread() {
  ThreadState& self = self_state;
  if (const Status status = enter(self); status != Status::kOk) return {status, kNoHandle};
  const InLibrary guard(self);
  await_mapped(attachment.view, Pool::kObjects);
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
  await_mapped(view, Pool::kObjects);
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
  if (find_handle(self_state, handle, Kind::kThread, &ref) != Status::kOk) {
    if (const Status status = find_handle(self_state, handle, Kind::kProcess, &ref); status != Status::kOk)
      return status;
  }
  const Word word = ref.object->word.load(std::memory_order_acquire);
  if (generation_of(word) != ref.generation) return Status::kInvalidHandle;
  const std::uint64_t ids = task_ids(attachment.view.infos[ref.slot]).load(kRelaxed);
  *state = {.is_thread = kind_of(*ref.object) == Kind::kThread,
            .ended = event::is_set(word),
            .exit_code = event::is_set(word) ? task_exit_code(*ref.object).load(kRelaxed) : kExitCodeStillActive,
            .pid = static_cast<std::int32_t>(ids >> 32),
            .tid = static_cast<std::int32_t>(ids)};
  return Status::kOk;
}

Opened create_unsignaled(Kind kind) {
  return create_object({}, kind, [kind](const ThreadState&) { return ObjectInit{.kind = kind}; });
}

}  // namespace rtss::runtime
