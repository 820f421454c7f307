// The futex calls the runtime uses, with the results a caller must handle. Anything else the kernel may answer to a
// wait on one word is a bug of ours and ends the process with a message. All words are process-shared.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>

#include "platform/deadline.h"

namespace rtss::platform {

enum class FutexResult : std::uint8_t {
  kWoken,         // or a spurious return: look at the word again
  kValueChanged,  // the word did not hold the expected value
  kInterrupted,   // a signal handler ran
  kTimedOut,
};

// Sleeps while *word == expected, at most until the deadline. Not a cancellation point.
FutexResult futex_wait(const std::atomic<std::uint32_t>& word, std::uint32_t expected, Deadline deadline) noexcept;

// The same, and a cancellation point (pthread_cancel), unless the program disabled cancellation: the call then unwinds
// through its callers.
FutexResult futex_wait_cancellable(const std::atomic<std::uint32_t>& word, std::uint32_t expected, Deadline deadline);

// Wakes at most `count` sleepers. Harmless on a word without any.
void futex_wake(const std::atomic<std::uint32_t>& word, int count) noexcept;

// Acquires a PI futex, whose word the kernel then writes; waits at most until the deadline. 0 or errno.
int futex_lock_pi(std::atomic<std::uint32_t>& word, Deadline deadline) noexcept;
// The kernel knows no thread of this TID that could give up a PI futex: it has ended, as a zombie or for good.
bool futex_owner_is_gone(std::int32_t tid) noexcept;
// Hands it to its first waiter.
void futex_unlock_pi(std::atomic<std::uint32_t>& word) noexcept;

struct FutexWatch {
  const std::atomic<std::uint32_t>* word;
  std::uint32_t expected;
};
inline constexpr std::size_t kMaxFutexWatches = 128;

// Sleeps until one of the words is woken or does not hold its expected value. At most kMaxFutexWatches words. Where the
// kernel has no memory for it, or refuses, it sleeps a millisecond and says kInterrupted.
FutexResult futex_wait_many(std::span<const FutexWatch> watches, Deadline deadline) noexcept;

// A millisecond's sleep, or to the deadline, where the kernel has no memory for a wait. False: the deadline has passed.
bool futex_nap(Deadline deadline) noexcept;

// Null if the kernel offers futex_waitv and FUTEX_LOCK_PI2 to this process; else a sentence that says why not.
const char* why_no_futex() noexcept;

}  // namespace rtss::platform
