// A robust lock in shared memory, made of the kernel's robust-futex list and, for internal locks, its PI futexes.
//
// Two uses:
//   internal lock   priority-inheriting; protects a handful of bounded steps. A dead holder is reported to the next
//                   one.
//   life lock       held by a thread (or by a process's reaper) for as long as it lives. Observers only load its word:
//                   a try_lock() would take a dead one, which is what the sweeper alone does.
//
// The kernel clears the TID and sets FUTEX_OWNER_DIED in the word when the holder ends, is killed or execs. It finds
// the word through the one list a thread has, which glibc registered for its own robust mutexes. A lock joins that
// list, so the distance between word and link is glibc's. What the kernel did not mark is marked by the next locker,
// once no such thread exists: nothing that a dead holder leaves ends another process.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "platform/deadline.h"

namespace rtss::platform {

enum class LockOutcome : std::uint8_t {
  kAcquired,
  kOwnerDied,  // acquired; what it protects needs repair
  kBusy,       // try and timed forms only
  kUnusable,   // the word is damaged: it names this thread, which does not hold it, or no thread at all
};

class RobustLock {
 public:
  enum class Protocol : std::uint8_t { kPriorityInherit, kPlain };

  void initialise(Protocol protocol);         // once, when the segment is made, of zeroes
  LockOutcome lock();                         // kPriorityInherit
  LockOutcome lock_until(Deadline deadline);  // kPriorityInherit; CLOCK_MONOTONIC
  LockOutcome try_lock();                     // kPlain
  void unlock();

  // Null where these locks work, else a sentence for the user that says why not: the call is refused, or the C library
  // keeps no robust list, or one of another shape than glibc's.
  static const char* why_unsupported() noexcept;
  // In a forked child: what is known of the calling thread is its parent's.
  static void forget_thread() noexcept;

  // Of an internal lock: differs after each time it was taken. For observers: has its holder made progress?
  [[nodiscard]] std::uint32_t acquisitions() const { return acquisitions_.load(std::memory_order_relaxed); }
  // The futex word, for observers of life locks.
  [[nodiscard]] std::uint32_t observe() const { return word_.load(std::memory_order_acquire); }
  [[nodiscard]] std::atomic<std::uint32_t>& word() { return word_; }
  [[nodiscard]] const std::atomic<std::uint32_t>& word() const { return word_; }

  static constexpr std::uint32_t kOwnerDiedBit = 0x40000000U;  // FUTEX_OWNER_DIED
  static constexpr std::uint32_t kWaitersBit = 0x80000000U;    // FUTEX_WAITERS
  static constexpr std::uint32_t kTidMask = 0x3fffffffU;       // FUTEX_TID_MASK
  [[nodiscard]] static bool is_dead(std::uint32_t observed) { return (observed & kOwnerDiedBit) != 0; }
  [[nodiscard]] static bool is_free(std::uint32_t observed) { return observed == 0; }

  // Between the word and the link that the kernel follows; the link before it leads back.
  static constexpr std::ptrdiff_t kWordToLink = 32;

 private:
  [[nodiscard]] bool inherits() const { return inherits_.load(std::memory_order_relaxed) != 0; }
  LockOutcome lock_in_kernel(Deadline deadline);
  void mark_vanished_holder();
  void announce();
  void join_list();
  void leave_list();

  std::atomic<std::uint32_t> word_;
  std::atomic<std::uint32_t> inherits_;
  std::atomic<std::uint32_t> acquisitions_;  // of an internal lock; its holder's
  std::uint32_t unused_[3];                  // where glibc's mutexes keep what this lock does not need
  std::uintptr_t back_;                      // both links are the holder's
  std::uintptr_t link_;
};

static_assert(sizeof(RobustLock) == 40);

}  // namespace rtss::platform
