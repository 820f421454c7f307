#include "platform/futex.h"

#include <linux/futex.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <ctime>

#include "platform/clock.h"
#include "platform/message.h"
#include "platform/system_call.h"

namespace rtss::platform {

namespace {

constexpr std::uint64_t kNsPerSecond = 1'000'000'000;
constexpr std::uint64_t kLatestNs = static_cast<std::uint64_t>(INT64_MAX);  // what the kernel's clocks can hold

timespec to_timespec(Deadline deadline) {
  const std::uint64_t ns = deadline.ns() < kLatestNs ? deadline.ns() : kLatestNs;
  return {.tv_sec = static_cast<time_t>(ns / kNsPerSecond), .tv_nsec = static_cast<long>(ns % kNsPerSecond)};
}

FutexResult result_of(long returned, int error) {
  if (returned >= 0) return FutexResult::kWoken;
  switch (error) {
    case EAGAIN:
      return FutexResult::kValueChanged;
    case EINTR:
      return FutexResult::kInterrupted;
    case ETIMEDOUT:
      return FutexResult::kTimedOut;
    default:
      fatal("the kernel refused a futex call");
  }
}

// May throw: a cancelled thread is unwound from within.
long sleep_on(const std::atomic<std::uint32_t>& word, std::uint32_t expected, Deadline deadline) {
  const timespec until = deadline.is_never() ? timespec{} : to_timespec(deadline);
  return rtss_system_call(SYS_futex, &word, FUTEX_WAIT_BITSET, expected, deadline.is_never() ? nullptr : &until,
                          nullptr, FUTEX_BITSET_MATCH_ANY);
}

}  // namespace

FutexResult futex_wait(const std::atomic<std::uint32_t>& word, std::uint32_t expected, Deadline deadline) noexcept {
  const long returned = sleep_on(word, expected, deadline);
  return result_of(returned, errno);
}

FutexResult futex_wait_cancellable(const std::atomic<std::uint32_t>& word, std::uint32_t expected, Deadline deadline) {
  int previous_type = PTHREAD_CANCEL_DEFERRED;
  pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &previous_type);
  const long returned = sleep_on(word, expected, deadline);
  const int error = errno;
  pthread_setcanceltype(previous_type, nullptr);
  return result_of(returned, error);
}

bool futex_nap(Deadline deadline) noexcept {
  constexpr std::uint64_t kNapNs = 1'000'000;
  const std::atomic<std::uint32_t> unshared{0};
  const std::uint64_t now = monotonic_ns();
  futex_wait(unshared, 0, Deadline::at(std::min(now + kNapNs, deadline.ns())));
  return deadline.ns() > now + kNapNs;
}

void futex_wake(const std::atomic<std::uint32_t>& word, int count) noexcept {
  rtss_system_call(SYS_futex, &word, FUTEX_WAKE, count, nullptr, nullptr, 0);
}

int futex_lock_pi(std::atomic<std::uint32_t>& word, Deadline deadline) noexcept {
  const timespec until = deadline.is_never() ? timespec{} : to_timespec(deadline);
  const long returned =
      rtss_system_call(SYS_futex, &word, FUTEX_LOCK_PI2, 0, deadline.is_never() ? nullptr : &until, nullptr, 0);
  return returned == 0 ? 0 : errno;
}

bool futex_owner_is_gone(std::int32_t tid) noexcept {
  std::uint32_t copy = static_cast<std::uint32_t>(tid);
  return rtss_system_call(SYS_futex, &copy, FUTEX_TRYLOCK_PI | FUTEX_PRIVATE_FLAG, 0, nullptr, nullptr, 0) != 0 &&
         errno == ESRCH;
}

void futex_unlock_pi(std::atomic<std::uint32_t>& word) noexcept {
  rtss_system_call(SYS_futex, &word, FUTEX_UNLOCK_PI, 0, nullptr, nullptr, 0);
}

FutexResult futex_wait_many(std::span<const FutexWatch> watches, Deadline deadline) noexcept {
  futex_waitv waiters[kMaxFutexWatches];
  if (watches.size() > kMaxFutexWatches) fatal("too many futex words in one sleep");
  for (std::size_t i = 0; i < watches.size(); ++i) {
    waiters[i] = {.val = watches[i].expected,
                  .uaddr = reinterpret_cast<std::uintptr_t>(watches[i].word),
                  .flags = FUTEX_32,
                  .__reserved = 0};
  }
  const timespec until = deadline.is_never() ? timespec{} : to_timespec(deadline);
  const long returned = rtss_system_call(SYS_futex_waitv, waiters, static_cast<unsigned>(watches.size()), 0U,
                                         deadline.is_never() ? nullptr : &until, CLOCK_MONOTONIC);
  const int error = errno;
  if (returned >= 0 || error == EAGAIN || error == EINTR || error == ETIMEDOUT) return result_of(returned, error);
  return futex_nap(deadline) ? FutexResult::kInterrupted : FutexResult::kTimedOut;
}

const char* why_no_futex() noexcept {
  // Both calls are refused for their arguments where they exist.
  const bool waitv =
      rtss_system_call(SYS_futex_waitv, nullptr, 0U, 0U, nullptr, CLOCK_MONOTONIC) == -1 && errno == EINVAL;
  std::uint32_t word = static_cast<std::uint32_t>(gettid());
  const bool lock_pi2 =
      rtss_system_call(SYS_futex, &word, FUTEX_LOCK_PI2, 0, nullptr, nullptr, 0) == -1 && errno == EDEADLK;
  if (waitv && lock_pi2) return nullptr;
  utsname names{};
  int major = 0;
  int minor = 0;
  const bool told = uname(&names) == 0 && std::sscanf(names.release, "%d.%d", &major, &minor) == 2;
  if (told && (major < 5 || (major == 5 && minor < 16)))
    return "this kernel is too old: futex_waitv (5.16) and FUTEX_LOCK_PI2 (5.14) are needed";
  constexpr int kFiltered = 2;
  if (prctl(PR_GET_SECCOMP) == kFiltered)
    return "a seccomp filter refuses this process futex_waitv or FUTEX_LOCK_PI2, though the kernel has them: let the "
           "container's or service's profile allow them";
  return "futex_waitv or FUTEX_LOCK_PI2 is refused, though the kernel's version has them: valgrind, sandboxes and "
         "emulators do so, and no namespace can be used under them";
}

}  // namespace rtss::platform
