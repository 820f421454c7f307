#include "runtime/sync/operations.h"

#include "platform/steps.h"
#include "runtime/sync/recording.h"
#include "runtime/sync/thread_boost.h"

namespace rtss::runtime {

namespace {
constexpr auto kRelaxed = std::memory_order_relaxed;
}

void count_released(const SegmentView& view, const ThreadState& self) {
  ThreadRecord& record = *self.record;
  const std::uint32_t owned = record.owned.load(kRelaxed);
  record.owned.store(owned == 0 ? 0 : owned - 1, kRelaxed);
  std::atomic_signal_fence(std::memory_order_seq_cst);  // pairs with the membarrier of lower_if_it_has_released()
  if (owned <= 1 && record.after_release.load(kRelaxed) != 0) end_deferred(view, self);
}

Status release_mutex(const SegmentView& view, ThreadState& self, const ObjectRef& ref) {
  Object& object = *ref.object;
  const Word word = object.word.load(std::memory_order_acquire);
  if (generation_of(word) != ref.generation) return Status::kInvalidHandle;
  if (mutex::owner(word) != self.identity) return Status::kNotOwner;  // (M1)
  if (const std::uint32_t recursion = object.recursion.load(kRelaxed); recursion != 0) {
    object.recursion.store(recursion - 1, kRelaxed);
    return Status::kOk;
  }
  Word expected = make_word(ref.generation, self.identity);
  if ((state_of(word) & kSlow) != 0 ||
      !object.word.compare_exchange_strong(expected, make_word(ref.generation, 0), std::memory_order_acq_rel)) {
    SlowPath slow(view, &self);
    if (slow.begin(object) != SlowPath::Begin::kLocked) {
      slow.leave();
      return report_corruption("a mutex's lock is unusable");
    }
    const Word held = object.word.load(kRelaxed);
    note_released(slow, object, mutex::owner(held));
    object.word.change(held, mutex::released(held));
    slow.complete(object);
    slow.leave();
  }
  count_released(view, self);
  return Status::kOk;
}

Status set_event(const SegmentView& view, ThreadState& self, const ObjectRef& ref) {
  return change_state(view, self, ref, [](Word* word) {
    *word = event::set(*word);
    return Status::kOk;
  });
}

Status reset_event(const SegmentView& view, ThreadState& self, const ObjectRef& ref) {
  return change_state(view, self, ref, [](Word* word) {
    *word = event::cleared(*word);
    return Status::kOk;
  });
}

// Without waiters SLOW is clear and a pulse only ends cleared. With waiters it is one change under the lock (E1).
Status pulse_event(const SegmentView& view, ThreadState& self, const ObjectRef& ref) {
  return change_state(view, self, ref, [](Word* word) {
    *word = (state_of(*word) & kSlow) != 0 ? event::pulsed(*word) : event::cleared(*word);
    return Status::kOk;
  });
}

Status release_semaphore(const SegmentView& view, ThreadState& self, const ObjectRef& ref, std::int32_t count,
                         std::int32_t* previous) {
  if (count <= 0) return Status::kInvalidParameter;
  const auto units = static_cast<std::uint32_t>(count);
  const std::uint32_t maximum = semaphore_maximum(*ref.object);
  std::uint32_t before = 0;
  const Status status = change_state(view, self, ref, [&](Word* word) {
    before = semaphore::count(*word);
    if (before > maximum || units > maximum - before) return Status::kTooManyPosts;
    *word = semaphore::with_count(*word, before + units);
    return Status::kOk;
  });
  if (status == Status::kOk && previous != nullptr) *previous = static_cast<std::int32_t>(before);
  return status;
}

}  // namespace rtss::runtime
