// The uncontended calls, inline: one compare-and-swap to take, one to release, no system call, no clock.
// Everything they do not decide goes to wait_one and release_mutex of runtime.h.
#pragma once

#include "platform/steps.h"
#include "runtime/life/attach.h"
#include "runtime/runtime.h"

namespace rtss::runtime {

// What the handle names, if it is the mutex that the thread used last. Nothing the compare-and-swap needs comes from
// the segment: the entry is only looked at, in resolve()'s order (H1), and the processor need not wait for it.
[[gnu::always_inline]] inline bool is_last_mutex(const ThreadState& self, std::uint64_t handle) {
  const LastMutex& last = self.last_mutex;
  if (last.handle != handle) [[unlikely]]
    return false;
  if (!is_registered(self)) [[unlikely]]
    return false;
  if (last.entry->target.load(std::memory_order_acquire) != last.target) [[unlikely]]
    return false;
  return last.entry->check.load(std::memory_order_acquire) == last.check;
}

[[gnu::always_inline]] inline bool take_last_mutex(ThreadState& self) {
  const LastMutex& last = self.last_mutex;
  Word expected = last.free;
  if (!last.object->word.compare_exchange_strong(expected, last.owned, std::memory_order_acq_rel,
                                                 std::memory_order_relaxed)) [[unlikely]]
    return false;
  RTSS_STEP("take.taken");
  ThreadRecord& record = *self.record;
  record.owned.store(record.owned.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  return true;
}

[[gnu::always_inline]] inline bool release_last_mutex(ThreadState& self) {
  const LastMutex& last = self.last_mutex;
  Word expected = last.owned;
  if (last.object->recursion.load(std::memory_order_relaxed) != 0 ||
      !last.object->word.compare_exchange_strong(expected, last.free, std::memory_order_acq_rel,
                                                 std::memory_order_relaxed)) [[unlikely]]
    return false;
  ThreadRecord& record = *self.record;
  const std::uint32_t owned = record.owned.load(std::memory_order_relaxed);
  record.owned.store(owned - (owned != 0 ? 1 : 0), std::memory_order_relaxed);  // damage never makes it wrap
  std::atomic_signal_fence(std::memory_order_seq_cst);  // pairs with the membarrier of lower_if_it_has_released()
  if (record.after_release.load(std::memory_order_relaxed) != 0) [[unlikely]]
    finish_release();
  return true;
}

// Takes a free mutex, if it is the one that the thread used last. `handle` may be any value: an invalid handle never
// equals the cached one. False: nothing has changed, and wait_one decides.
[[gnu::always_inline]] inline bool take_at_once(std::uint64_t handle) {
  ThreadState& self = self_state;
  return is_last_mutex(self, handle) && take_last_mutex(self);
}

// The same for a release; then release_mutex decides.
[[gnu::always_inline]] inline bool release_at_once(std::uint64_t handle) {
  ThreadState& self = self_state;
  return is_last_mutex(self, handle) && release_last_mutex(self);
}

}  // namespace rtss::runtime
