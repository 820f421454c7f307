#include "runtime/sync/take.h"

#include "platform/steps.h"

namespace rtss::runtime {

namespace {

constexpr int kAttempts = 16;  // lost to other threads' progress; after that the lock puts an end to the race

void count_owned(ThreadRecord& thread) {
  thread.owned.store(thread.owned.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
}

Take nest(Object& object) {
  const std::uint32_t recursion = object.recursion.load(std::memory_order_relaxed);
  if (recursion >= mutex::kMaxRecursion) return Take::kRecursionLimit;
  object.recursion.store(recursion + 1, std::memory_order_relaxed);
  return Take::kTaken;
}

}  // namespace

Take try_take(ThreadRecord& thread, Identity who, Object& object, std::uint32_t generation) {
  Word word = object.word.load(std::memory_order_acquire);
  const bool is_mutex = kind_of(object) == Kind::kMutex;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    if (generation_of(word) != generation) return Take::kStale;
    if (is_mutex && mutex::owner(word) == who) return nest(object);                                    // (M1)
    if (kind_of(object) == Kind::kEvent && (state_of(word) & kPulse) != 0) return Take::kNotSignaled;  // (E1)
    if (!is_signaled(object, word, who)) return Take::kNotSignaled;
    const Word next = satisfied(object, word, who);
    if (next == word) return Take::kTaken;  // a manual event: seeing it set is all there is
    if ((state_of(word) & kSlow) != 0) return Take::kNeedsLock;
    if (!object.word.compare_exchange_weak(word, next, std::memory_order_acq_rel, std::memory_order_acquire)) continue;
    RTSS_STEP("take.taken");
    if (is_mutex) count_owned(thread);
    return is_abandoned(object, word) ? Take::kTakenAbandoned : Take::kTaken;
  }
  return Take::kNeedsLock;
}

}  // namespace rtss::runtime
