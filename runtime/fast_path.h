// The uncontended calls, inline: one compare-and-swap to take, one to release, no system call, no clock.
// Everything they do not decide at once goes to the slow functions of runtime.h.
#pragma once

#include "runtime/attach.h"
#include "runtime/runtime.h"

namespace rtss::runtime {

// What the handle names, if it is the mutex that the thread used last. Nothing the compare-and-swap needs comes from
// the segment: the entry is only looked at, in resolve()'s order, and the processor need not wait for it.
[[gnu::always_inline]] inline bool is_last_mutex(const ThreadState& self, Handle handle) {
  const LastMutex& last = self.last_mutex;
  return last.handle == handle && is_registered(self) &&
         last.entry->target.load(std::memory_order_acquire) == last.target &&
         last.entry->check.load(std::memory_order_acquire) == last.check;
}

[[gnu::always_inline]] inline bool take_last_mutex(ThreadState& self) {
  const LastMutex& last = self.last_mutex;
  Word expected = last.free;
  if (!last.object->word.compare_exchange_strong(expected, last.owned, std::memory_order_acq_rel,
                                                 std::memory_order_relaxed)) [[unlikely]]
    return false;
  ThreadRecord& record = *self.record;
  record.owned.store(record.owned.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  return true;
}

// True: *status is the release's outcome. False: nothing has changed.
[[gnu::always_inline]] inline bool release_last_mutex(ThreadState& self, Status* status) {
  const LastMutex& last = self.last_mutex;
  Word expected = last.owned;
  if (last.object->recursion.load(std::memory_order_relaxed) != 0 ||
      !last.object->word.compare_exchange_strong(expected, last.free, std::memory_order_acq_rel,
                                                 std::memory_order_relaxed)) [[unlikely]]
    return false;
  ThreadRecord& record = *self.record;
  record.owned.store(record.owned.load(std::memory_order_relaxed) - 1, std::memory_order_relaxed);
  *status = record.after_release.load(std::memory_order_relaxed) == 0 ? Status::kOk : finish_release();
  return true;
}

[[gnu::always_inline]] inline WaitOutcome wait_one(Handle handle, platform::Timeout timeout) {
  ThreadState& self = self_state;
  if (is_last_mutex(self, handle) && take_last_mutex(self)) [[likely]]
    return {.kind = WaitOutcome::Kind::kSatisfied, .status = Status::kOk, .index = 0};
  return wait_one_slow(handle, timeout);
}

[[gnu::always_inline]] inline Status release_mutex(Handle handle) {
  ThreadState& self = self_state;
  Status status = Status::kOk;
  if (is_last_mutex(self, handle) && release_last_mutex(self, &status)) [[likely]]
    return status;
  return release_mutex_slow(handle);
}

}  // namespace rtss::runtime
