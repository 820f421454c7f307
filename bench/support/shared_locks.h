// Locks that several processes share: each class has its words in Shared (constructed once, in shared memory) and
// opens what is process-relative in its constructor. take() says whether the last owner had died.
#pragma once

#include <pthread.h>

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

}  // namespace rtss::bench
