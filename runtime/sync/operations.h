// The state changes of each kind, for an object that is known to be of that kind. Each is a state change, a
// distribution to waiters, and a wake. Implemented in mutex.cpp, event.cpp and semaphore.cpp.
#pragma once

#include "runtime/segment/object.h"
#include "runtime/sync/slow_path.h"

namespace rtss::runtime {

Status release_mutex(const SegmentView& view, ThreadState& self, const ObjectRef& ref);
// The calling thread owns one mutex less; with the last of them ends what was put off till then.
void count_released(const SegmentView& view, const ThreadState& self);

Status set_event(const SegmentView& view, ThreadState& self, const ObjectRef& ref);
Status reset_event(const SegmentView& view, ThreadState& self, const ObjectRef& ref);
Status pulse_event(const SegmentView& view, ThreadState& self, const ObjectRef& ref);
Status release_semaphore(const SegmentView& view, ThreadState& self, const ObjectRef& ref, std::int32_t count,
                         std::int32_t* previous);

// Moves the word by `next(word)`, which may refuse; nothing has changed then. One compare-and-swap while SLOW is clear,
// which needs no guard: the thread may be stopped or ended on either side of it. False: it takes the lock.
template <typename Next>
bool try_change(const ObjectRef& ref, const Next& next, Status* status) {
  constexpr int kAttempts = 16;  // lost to other threads' progress; after that the lock puts an end to the race
  Object& object = *ref.object;
  Word word = object.word.load(std::memory_order_acquire);
  for (int attempt = 0; attempt < kAttempts && (state_of(word) & kSlow) == 0; ++attempt) {
    Word wanted = word;
    *status = generation_of(word) == ref.generation ? next(&wanted) : Status::kInvalidHandle;
    if (*status != Status::kOk) return true;
    if (object.word.compare_exchange_weak(word, wanted, std::memory_order_acq_rel, std::memory_order_acquire))
      return true;
  }
  return false;
}

// The same, if need be under the lock and with a distribution.
template <typename Next>
Status change_state(const SegmentView& view, ThreadState& self, const ObjectRef& ref, const Next& next) {
  Status status = Status::kOk;
  if (try_change(ref, next, &status)) return status;
  const InOperation guard(self);
  Object& object = *ref.object;
  SlowPath slow(view, &self);
  if (slow.begin(object) != SlowPath::Begin::kLocked) {
    status = report_corruption("an object lock is unusable");
  } else {
    const Word word = object.word.load(std::memory_order_relaxed);
    Word wanted = word;
    status = generation_of(word) == ref.generation ? next(&wanted) : Status::kInvalidHandle;
    if (status == Status::kOk) object.word.change(word, wanted);
    slow.complete(object);
  }
  slow.leave();
  return status;
}

}  // namespace rtss::runtime
