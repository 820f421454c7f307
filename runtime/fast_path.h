// The uncontended calls, inline: one compare-and-swap to take, one to release, no system call, no clock.
// Everything they do not decide at once goes to the slow functions of runtime.h.
#pragma once

#include "runtime/attach.h"
#include "runtime/handle_table.h"
#include "runtime/object.h"
#include "runtime/runtime.h"

namespace rtss::runtime {

// The handle's object, if the calling thread is registered; otherwise the slow function attaches and reports.
[[gnu::always_inline]] inline bool resolve_fast(const ThreadState& self, Handle handle, ObjectRef* ref) {
  return is_registered(self) && resolve(attachment.view, self.process, handle, ref);
}

[[gnu::always_inline]] inline WaitOutcome wait_one(Handle handle, platform::Timeout timeout) {
  ThreadState& self = self_state;
  ObjectRef ref;
  if (resolve_fast(self, handle, &ref)) [[likely]] {
    if (ref.object->kind.load(std::memory_order_relaxed) == Kind::kMutex) {
      Word expected = make_word(ref.generation, 0);
      if (ref.object->word.compare_exchange_strong(expected, make_word(ref.generation, self.identity),
                                                   std::memory_order_acq_rel, std::memory_order_relaxed)) [[likely]] {
        ThreadRecord& record = *self.record;
        record.owned.store(record.owned.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
        return {.kind = WaitOutcome::Kind::kSatisfied, .status = Status::kOk, .index = 0};
      }
    }
  }
  return wait_one_slow(handle, timeout);
}

[[gnu::always_inline]] inline Status release_mutex(Handle handle) {
  ThreadState& self = self_state;
  ObjectRef ref;
  if (resolve_fast(self, handle, &ref)) [[likely]] {
    Object& object = *ref.object;
    if (object.kind.load(std::memory_order_relaxed) == Kind::kMutex &&
        object.recursion.load(std::memory_order_relaxed) == 0) [[likely]] {
      ThreadRecord& record = *self.record;
      Word expected = make_word(ref.generation, self.identity);
      if (object.word.compare_exchange_strong(expected, make_word(ref.generation, 0), std::memory_order_acq_rel,
                                              std::memory_order_relaxed)) [[likely]] {
        const std::uint32_t owned = record.owned.load(std::memory_order_relaxed) - 1;
        record.owned.store(owned, std::memory_order_relaxed);
        if (record.after_release.load(std::memory_order_relaxed) == 0) [[likely]]
          return Status::kOk;
        return finish_release();
      }
    }
  }
  return release_mutex_slow(handle);
}

}  // namespace rtss::runtime
