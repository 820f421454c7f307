// Locks that several processes share: each class has its words in Shared (constructed once, in shared memory) and
// opens what is process-relative in its constructor. take() says whether the last owner had died.
#pragma once

#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <string>

#include "bench/support/pairs.h"
#include "bench/support/realtime.h"
#include "rtapi.h"

namespace rtss::bench {

enum class Taken : std::uint8_t { kNormally, kFromTheDead };

class SharedRtMutex {
 public:
  struct Shared {};
  SharedRtMutex(Shared& /*shared*/, int number)
      : handle_(RtCreateMutexA(nullptr, FALSE, ("bench shared mutex " + std::to_string(number)).c_str())) {
    require(handle_ != nullptr, "RtCreateMutex failed");
  }
  Taken take() {
    const DWORD result = RtWaitForSingleObject(handle_, INFINITE);
    require(result == WAIT_OBJECT_0 || result == WAIT_ABANDONED, "rtapi mutex: wait failed");
    return result == WAIT_OBJECT_0 ? Taken::kNormally : Taken::kFromTheDead;
  }
  void release() { require(RtReleaseMutex(handle_) != FALSE, "rtapi mutex: release failed"); }

 private:
  HANDLE handle_;
};

template <void (*make)(pthread_mutex_t*)>
class SharedPthreadMutex {
 public:
  struct Shared {
    Shared() { make(&mutex); }
    alignas(64) pthread_mutex_t mutex;
  };
  SharedPthreadMutex(Shared& shared, int /*number*/) : mutex_(shared.mutex) {}
  Taken take() {
    const int result = pthread_mutex_lock(&mutex_);
    if (result == EOWNERDEAD) {
      require(pthread_mutex_consistent(&mutex_) == 0, "pthread mutex: not made consistent");
      return Taken::kFromTheDead;
    }
    require(result == 0, "pthread mutex: lock failed");
    return Taken::kNormally;
  }
  void release() { require(pthread_mutex_unlock(&mutex_) == 0, "pthread mutex: unlock failed"); }

 private:
  pthread_mutex_t& mutex_;
};

// The kernel's priority-inheriting lock, with nothing around it.
class KernelInheritingLock {
 public:
  struct Shared {
    alignas(64) std::atomic<std::uint32_t> word{0};
  };
  KernelInheritingLock(Shared& shared, int /*number*/)
      : word_(shared.word), self_(static_cast<std::uint32_t>(gettid())) {}
  Taken take() {
    std::uint32_t expected = 0;
    if (word_.compare_exchange_strong(expected, self_, std::memory_order_acquire)) return Taken::kNormally;
    require(syscall(SYS_futex, &word_, FUTEX_LOCK_PI, 0, nullptr, nullptr, 0) == 0, "FUTEX_LOCK_PI failed");
    return Taken::kNormally;
  }
  void release() {
    std::uint32_t expected = self_;
    if (word_.compare_exchange_strong(expected, 0, std::memory_order_release)) return;
    require(syscall(SYS_futex, &word_, FUTEX_UNLOCK_PI, 0, nullptr, nullptr, 0) == 0, "FUTEX_UNLOCK_PI failed");
  }

 private:
  std::atomic<std::uint32_t>& word_;
  std::uint32_t self_;
};

}  // namespace rtss::bench
