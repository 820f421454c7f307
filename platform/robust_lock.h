// A process-shared robust mutex in shared memory, and the only place that knows pthread_mutex_t.
//
// Two uses:
//   internal lock   priority-inheriting; protects a handful of bounded steps. A dead holder is reported to the next
//   one. life lock       held by a thread (or by a process's reaper) for as long as it lives. Observers only load its
//   word:
//                   a trylock would take a dead one, which is what the sweeper alone does.
//
// The kernel clears the TID and sets FUTEX_OWNER_DIED in the word when the holder ends, is killed or execs.
#pragma once

#include <pthread.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "platform/deadline.h"

namespace rtss::platform {

enum class LockOutcome : std::uint8_t {
  kAcquired,
  kOwnerDied,  // acquired and made consistent; what it protects needs repair
  kBusy,       // try and timed forms only
  kUnusable,   // not recoverable, or the bytes of the mutex are damaged
};

class RobustLock {
 public:
  enum class Protocol : std::uint8_t { kPriorityInherit, kPlain };

  void initialise(Protocol protocol);  // once, when the segment is made; aborts when the C library refuses
  LockOutcome lock();
  LockOutcome try_lock();
  LockOutcome lock_until(Deadline deadline);  // CLOCK_MONOTONIC
  void unlock();

  // The futex word, for observers of life locks.
  [[nodiscard]] std::uint32_t observe() const { return word().load(std::memory_order_acquire); }
  [[nodiscard]] std::atomic<std::uint32_t>& word();
  [[nodiscard]] const std::atomic<std::uint32_t>& word() const;

  static constexpr std::uint32_t kOwnerDiedBit = 0x40000000U;  // FUTEX_OWNER_DIED
  static constexpr std::uint32_t kWaitersBit = 0x80000000U;    // FUTEX_WAITERS
  static constexpr std::uint32_t kTidMask = 0x3fffffffU;       // FUTEX_TID_MASK
  [[nodiscard]] static bool is_dead(std::uint32_t observed) { return (observed & kOwnerDiedBit) != 0; }
  [[nodiscard]] static bool is_free(std::uint32_t observed) { return observed == 0; }

 private:
  pthread_mutex_t mutex_;
};

static_assert(sizeof(RobustLock) == sizeof(pthread_mutex_t));

}  // namespace rtss::platform
