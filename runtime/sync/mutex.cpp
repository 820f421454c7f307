#include "runtime/segment/mutex.h"

#include "platform/steps.h"
#include "runtime/sync/chain.h"
#include "runtime/sync/operations.h"
#include "runtime/sync/wait.h"

namespace rtss::runtime {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

void count_released(const SegmentView& view, ThreadState& self) {
  ThreadRecord& record = *self.record;
  const std::uint32_t owned = record.owned.load(kRelaxed);
  record.owned.store(owned == 0 ? 0 : owned - 1, kRelaxed);
  if (owned <= 1 && record.after_release.load(kRelaxed) != 0) end_deferred(view, self);
}

}  // namespace

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
    object.word.store(mutex::released(object.word.load(kRelaxed)), std::memory_order_release);
    slow.complete(object);
    slow.leave();
    collect_orphans(view, &self, slow);
  }
  count_released(view, self);
  return Status::kOk;
}

}  // namespace rtss::runtime
