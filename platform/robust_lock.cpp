#include "platform/robust_lock.h"

#include <linux/futex.h>

#include <cerrno>
#include <ctime>
#include <type_traits>

#include "platform/message.h"

#ifdef __SANITIZE_THREAD__
#include <sanitizer/tsan_interface.h>
#endif

namespace rtss::platform {

static_assert(RobustLock::kOwnerDiedBit == FUTEX_OWNER_DIED);
static_assert(RobustLock::kWaitersBit == FUTEX_WAITERS);
static_assert(RobustLock::kTidMask == FUTEX_TID_MASK);
static_assert(std::is_standard_layout_v<RobustLock>);
static_assert(offsetof(pthread_mutex_t, __data.__lock) == 0, "the futex word opens glibc's pthread_mutex_t");

void RobustLock::initialise(Protocol protocol) {
  pthread_mutexattr_t attributes;
  int failed = pthread_mutexattr_init(&attributes);
  failed |= pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  failed |= pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  if (protocol == Protocol::kPriorityInherit) {
    failed |= pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
  }
  failed |= pthread_mutex_init(&mutex_, &attributes);
  pthread_mutexattr_destroy(&attributes);
  if (failed != 0) fatal("this C library or kernel offers no robust process-shared mutexes");
}

namespace {

LockOutcome outcome_of(int error, pthread_mutex_t* mutex) {
  switch (error) {
    case 0:
      return LockOutcome::kAcquired;
    case EOWNERDEAD:
      // Before anything else: a holder that died between the lock and this call would make it unusable for ever.
      pthread_mutex_consistent(mutex);
      return LockOutcome::kOwnerDied;
    case EBUSY:
    case ETIMEDOUT:
      return LockOutcome::kBusy;
    default:
      return LockOutcome::kUnusable;
  }
}

}  // namespace

LockOutcome RobustLock::lock() { return outcome_of(pthread_mutex_lock(&mutex_), &mutex_); }

LockOutcome RobustLock::try_lock() { return outcome_of(pthread_mutex_trylock(&mutex_), &mutex_); }

LockOutcome RobustLock::lock_until(Deadline deadline) {
  constexpr std::uint64_t kNsPerSecond = 1'000'000'000;
  const timespec until{.tv_sec = static_cast<time_t>(deadline.ns() / kNsPerSecond),
                       .tv_nsec = static_cast<long>(deadline.ns() % kNsPerSecond)};
#ifdef __SANITIZE_THREAD__  // it knows every call used here but this one
  __tsan_mutex_pre_lock(&mutex_, __tsan_mutex_try_lock);
#endif
  const LockOutcome outcome = outcome_of(pthread_mutex_clocklock(&mutex_, CLOCK_MONOTONIC, &until), &mutex_);
#ifdef __SANITIZE_THREAD__
  const bool held = outcome == LockOutcome::kAcquired || outcome == LockOutcome::kOwnerDied;
  __tsan_mutex_post_lock(&mutex_, __tsan_mutex_try_lock | (held ? 0 : __tsan_mutex_try_lock_failed), 0);
#endif
  return outcome;
}

void RobustLock::unlock() { pthread_mutex_unlock(&mutex_); }

std::atomic<std::uint32_t>& RobustLock::word() {
  return *reinterpret_cast<std::atomic<std::uint32_t>*>(&mutex_.__data.__lock);
}

const std::atomic<std::uint32_t>& RobustLock::word() const {
  return *reinterpret_cast<const std::atomic<std::uint32_t>*>(&mutex_.__data.__lock);
}

}  // namespace rtss::platform
