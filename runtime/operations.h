// The state changes of each kind, for an object that is known to be of that kind. Each is a state change, a
// distribution to waiters, and a wake. Implemented in mutex.cpp, event.cpp and semaphore.cpp.
#pragma once

#include "runtime/names.h"
#include "runtime/object.h"
#include "runtime/slow_path.h"

namespace rtss::runtime {

Status release_mutex(const SegmentView& view, ThreadState& self, const ObjectRef& ref);
Status set_event(const SegmentView& view, ThreadState& self, const ObjectRef& ref);
Status reset_event(const SegmentView& view, ThreadState& self, const ObjectRef& ref);
Status pulse_event(const SegmentView& view, ThreadState& self, const ObjectRef& ref);
Status release_semaphore(const SegmentView& view, ThreadState& self, const ObjectRef& ref, std::int32_t count,
                         std::int32_t* previous);

// Moves the word by `next(word)`: by one CAS while SLOW is clear, else under the lock with a distribution.
// `next` may refuse by returning false; nothing has changed then.
template <typename Next>
Status change_state(const SegmentView& view, ThreadState& self, const ObjectRef& ref, const Next& next) {
  constexpr int kAttempts = 16;  // lost to other threads' progress; after that the lock puts an end to the race
  Object& object = *ref.object;
  Word word = object.word.load(std::memory_order_acquire);
  for (int attempt = 0; attempt < kAttempts && (state_of(word) & kSlow) == 0; ++attempt) {
    if (generation_of(word) != ref.generation) return Status::kInvalidHandle;
    Word wanted = word;
    if (const Status status = next(&wanted); status != Status::kOk) return status;
    if (object.word.compare_exchange_weak(word, wanted, std::memory_order_acq_rel, std::memory_order_acquire))
      return Status::kOk;
  }
  SlowPath slow(view, &self);
  Status status = Status::kOk;
  if (slow.begin(object) != SlowPath::Begin::kLocked) {
    status = report_corruption("an object lock is unusable");
  } else {
    Word wanted = object.word.load(std::memory_order_relaxed);
    status = generation_of(wanted) == ref.generation ? next(&wanted) : Status::kInvalidHandle;
    if (status == Status::kOk) object.word.store(wanted, std::memory_order_release);
    slow.complete(object);
  }
  slow.leave();
  collect_orphans(view, &self, slow);
  return status;
}

}  // namespace rtss::runtime
