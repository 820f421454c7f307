#include "runtime/names/task_object.h"

namespace rtss::runtime {

namespace {
constexpr auto kRelaxed = std::memory_order_relaxed;
}

bool signal_task(const SegmentView& view, const ThreadState* self, Kind kind, std::uint32_t object_slot,
                 Identity identity, std::uint32_t exit_code, platform::Deadline deadline) {
  Object* const object = view.object(object_slot);
  if (object == nullptr) return true;
  SlowPath slow(view, self);
  const SlowPath::Begin begun = slow.begin(*object, deadline);
  if (begun == SlowPath::Begin::kLocked) {
    const Word word = object->word.load(kRelaxed);
    const bool is_ours = kind_of(*object) == kind && task_identity(view.infos[object_slot]) == identity;
    if (is_ours && !event::is_set(word)) {
      if (task_exit_code(*object).load(kRelaxed) == kExitCodeStillActive)
        task_exit_code(*object).store(exit_code, kRelaxed);  // not noted before
      object->word.change(word, event::set(word));
    }
    slow.complete(*object);
  }
  slow.leave();
  return begun != SlowPath::Begin::kBusy && !slow.met_stuck_lock();
}

void forget_task_object(const NamespaceLock& lock, std::uint32_t slot) {
  const SegmentView& view = lock.view();
  const auto identity = task_identity(view.infos[slot]);
  const bool is_thread = kind_of(view.objects[slot]) == Kind::kThread;
  ThreadRecord* const thread = is_thread ? view.thread(slot_of(identity)) : nullptr;
  ProcessRecord* const process = is_thread ? nullptr : view.process(slot_of(identity));
  std::uint32_t expected = slot;
  if (thread != nullptr && thread->identity.load(kRelaxed) == identity)
    thread->object.compare_exchange_strong(expected, kNoSlot);
  if (process != nullptr && process->identity.load(kRelaxed) == identity)
    process->object.compare_exchange_strong(expected, kNoSlot);
}

}  // namespace rtss::runtime
