// What is compared uncontended: each class is one lock (or signal) of one kind, with take and release as its user
// would write them, results checked. Alive from construction; used by one thread.
#pragma once

#include <pthread.h>
#include <semaphore.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <boost/interprocess/sync/interprocess_mutex.hpp>
#include <boost/interprocess/sync/interprocess_semaphore.hpp>
#include <cstdint>
#include <string>

#include "bench/support/cas_library.h"
#include "bench/support/realtime.h"
#include "rtapi.h"

namespace rtss::bench {

class CasInlinePair {
 public:
  static constexpr const char* kName = "CAS pair, inline";
  void take() {
    std::uint64_t expected = 0;
    require(word_.compare_exchange_strong(expected, kSelf, std::memory_order_acquire), "CAS pair: not free");
  }
  void release() {
    std::uint64_t expected = kSelf;
    require(word_.compare_exchange_strong(expected, 0, std::memory_order_release), "CAS pair: not taken");
  }

 private:
  static constexpr std::uint64_t kSelf = 1;
  alignas(64) std::atomic<std::uint64_t> word_{0};
};

class CasLibraryPair {
 public:
  static constexpr const char* kName = "CAS pair, two library calls";
  void take() { require(cas_library_take(&word_) != 0, "CAS library: not free"); }
  void release() { require(cas_library_release(&word_) != 0, "CAS library: not taken"); }

 private:
  alignas(64) std::uint64_t word_ = 0;
};

class RtMutexPair {
 public:
  static constexpr const char* kName = "rtapi named mutex";
  RtMutexPair() : handle_(RtCreateMutexA(nullptr, FALSE, "bench pair mutex")) {
    require(handle_ != nullptr, "RtCreateMutex failed");
  }
  RtMutexPair(const RtMutexPair&) = delete;
  RtMutexPair& operator=(const RtMutexPair&) = delete;
  ~RtMutexPair() { RtCloseHandle(handle_); }
  void take() { require(RtWaitForSingleObject(handle_, INFINITE) == WAIT_OBJECT_0, "rtapi mutex: wait failed"); }
  void release() { require(RtReleaseMutex(handle_) != FALSE, "rtapi mutex: release failed"); }

 private:
  HANDLE handle_;
};

class RtEventPair {
 public:
  static constexpr const char* kName = "rtapi auto event, set + wait";
  RtEventPair() : handle_(RtCreateEventA(nullptr, FALSE, FALSE, "bench pair event")) {
    require(handle_ != nullptr, "RtCreateEvent failed");
  }
  RtEventPair(const RtEventPair&) = delete;
  RtEventPair& operator=(const RtEventPair&) = delete;
  ~RtEventPair() { RtCloseHandle(handle_); }
  void take() { require(RtSetEvent(handle_) != FALSE, "rtapi event: set failed"); }
  void release() { require(RtWaitForSingleObject(handle_, INFINITE) == WAIT_OBJECT_0, "rtapi event: wait failed"); }

 private:
  HANDLE handle_;
};

class RtSemaphorePair {
 public:
  static constexpr const char* kName = "rtapi semaphore, release + wait";
  RtSemaphorePair() : handle_(RtCreateSemaphoreA(nullptr, 0, 1, "bench pair semaphore")) {
    require(handle_ != nullptr, "RtCreateSemaphore failed");
  }
  RtSemaphorePair(const RtSemaphorePair&) = delete;
  RtSemaphorePair& operator=(const RtSemaphorePair&) = delete;
  ~RtSemaphorePair() { RtCloseHandle(handle_); }
  void take() { require(RtReleaseSemaphore(handle_, 1, nullptr) != FALSE, "rtapi semaphore: release failed"); }
  void release() { require(RtWaitForSingleObject(handle_, INFINITE) == WAIT_OBJECT_0, "rtapi semaphore: wait failed"); }

 private:
  HANDLE handle_;
};

// Initialises a mutex in place; the attributes decide what it is.
void make_normal_mutex(pthread_mutex_t* mutex);
void make_shared_mutex(pthread_mutex_t* mutex);             // process-shared, nothing else
void make_inheriting_robust_mutex(pthread_mutex_t* mutex);  // PI + robust + process-shared + recursive
void make_robust_mutex(pthread_mutex_t* mutex);             // robust + process-shared, no inheritance

class PthreadNormalPair {
 public:
  static constexpr const char* kName = "pthread mutex, normal";
  PthreadNormalPair() { make_normal_mutex(&mutex_); }
  void take() { require(pthread_mutex_lock(&mutex_) == 0, "pthread mutex: lock failed"); }
  void release() { require(pthread_mutex_unlock(&mutex_) == 0, "pthread mutex: unlock failed"); }

 private:
  alignas(64) pthread_mutex_t mutex_;
};

class PthreadInheritingRobustPair {
 public:
  static constexpr const char* kName = "pthread mutex, PI+robust+shared+recursive";
  PthreadInheritingRobustPair() { make_inheriting_robust_mutex(&mutex_); }
  void take() { require(pthread_mutex_lock(&mutex_) == 0, "pthread PI mutex: lock failed"); }
  void release() { require(pthread_mutex_unlock(&mutex_) == 0, "pthread PI mutex: unlock failed"); }

 private:
  alignas(64) pthread_mutex_t mutex_;
};

class PosixSemaphorePair {
 public:
  static constexpr const char* kName = "sem_t, post + wait";
  PosixSemaphorePair() { require(sem_init(&semaphore_, 1, 0) == 0, "sem_init failed"); }
  void take() { require(sem_post(&semaphore_) == 0, "sem_post failed"); }
  void release() { require(sem_wait(&semaphore_) == 0, "sem_wait failed"); }

 private:
  alignas(64) sem_t semaphore_;
};

class BoostMutexPair {
 public:
  static constexpr const char* kName = "Boost interprocess_mutex";
  void take() { mutex_.lock(); }
  void release() { mutex_.unlock(); }

 private:
  alignas(64) boost::interprocess::interprocess_mutex mutex_;
};

class BoostSemaphorePair {
 public:
  static constexpr const char* kName = "Boost interprocess_semaphore, post + wait";
  void take() { semaphore_.post(); }
  void release() { semaphore_.wait(); }

 private:
  alignas(64) boost::interprocess::interprocess_semaphore semaphore_{0};
};

class EventfdPair {
 public:
  static constexpr const char* kName = "eventfd, write + read";
  EventfdPair() : descriptor_(eventfd(0, EFD_CLOEXEC)) { require(descriptor_ >= 0, "eventfd failed"); }
  EventfdPair(const EventfdPair&) = delete;
  EventfdPair& operator=(const EventfdPair&) = delete;
  ~EventfdPair() { close(descriptor_); }
  void take() {
    const std::uint64_t value = 1;
    require(write(descriptor_, &value, sizeof(value)) == sizeof(value), "eventfd: write failed");
  }
  void release() {
    std::uint64_t value = 0;
    require(read(descriptor_, &value, sizeof(value)) == sizeof(value), "eventfd: read failed");
  }

 private:
  int descriptor_;
};

// A thread that sleeps until destruction: with a second thread alive the C library's locks stop taking their
// single-threaded short cuts.
class SecondThread {
 public:
  SecondThread();
  SecondThread(const SecondThread&) = delete;
  SecondThread& operator=(const SecondThread&) = delete;
  ~SecondThread();

 private:
  sem_t done_;
  pthread_t thread_;
};

}  // namespace rtss::bench
