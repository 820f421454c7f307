// The ways to pass a turn that are compared. Each has its shared words in Shared (constructed once, before the
// sides), opens what is process-relative in its own constructor, and leaves the first side holding the turn.
#pragma once

#include <linux/futex.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <string>

#include "bench/handoff/ping_pong.h"
#include "bench/support/pairs.h"
#include "bench/support/realtime.h"
#include "rtapi.h"

namespace rtss::bench {

inline std::size_t index_of(Side side) { return static_cast<std::size_t>(side); }
inline std::size_t other(std::size_t side) { return 1 - side; }

struct alignas(64) TurnWord {
  std::atomic<std::uint32_t> value{0};
};

// The limit: one word to sleep on, one wait and one wake for each hand-off.
template <int kFutexFlags>
class FutexTurn {
 public:
  struct Shared {
    TurnWord mine[2];
  };
  FutexTurn(Shared& shared, Side side)
      : mine_(shared.mine[index_of(side)].value), others_(shared.mine[other(index_of(side))].value) {}
  void acquire() {
    while (mine_.load(std::memory_order_acquire) == 0) {
      syscall(SYS_futex, &mine_, FUTEX_WAIT | kFutexFlags, 0, nullptr, nullptr, 0);
    }
    mine_.store(0, std::memory_order_relaxed);
  }
  void pass() {
    others_.store(1, std::memory_order_release);
    syscall(SYS_futex, &others_, FUTEX_WAKE | kFutexFlags, 1, nullptr, nullptr, 0);
  }

 private:
  std::atomic<std::uint32_t>& mine_;
  std::atomic<std::uint32_t>& others_;
};

class RtMutexTurn {
 public:
  struct Shared {};
  RtMutexTurn(Shared& /*shared*/, Side side) : handle_(RtCreateMutexA(nullptr, FALSE, "bench turn mutex")) {
    require(handle_ != nullptr, "RtCreateMutex failed");
    if (side == Side::kFirst) acquire();
  }
  void acquire() { require(RtWaitForSingleObject(handle_, INFINITE) == WAIT_OBJECT_0, "rtapi mutex: wait failed"); }
  void pass() { require(RtReleaseMutex(handle_) != FALSE, "rtapi mutex: release failed"); }

 private:
  HANDLE handle_;
};

class PthreadInheritingRobustTurn {
 public:
  struct Shared {
    Shared() { make_inheriting_robust_mutex(&mutex); }
    alignas(64) pthread_mutex_t mutex;
  };
  PthreadInheritingRobustTurn(Shared& shared, Side side) : mutex_(shared.mutex) {
    if (side == Side::kFirst) acquire();
  }
  void acquire() { require(pthread_mutex_lock(&mutex_) == 0, "pthread PI mutex: lock failed"); }
  void pass() { require(pthread_mutex_unlock(&mutex_) == 0, "pthread PI mutex: unlock failed"); }

 private:
  pthread_mutex_t& mutex_;
};

class PosixSemaphoreTurn {
 public:
  struct Shared {
    Shared() {
      for (sem_t& semaphore : mine) require(sem_init(&semaphore, 1, 0) == 0, "sem_init failed");
    }
    alignas(64) sem_t mine[2];
  };
  PosixSemaphoreTurn(Shared& shared, Side side)
      : mine_(shared.mine[index_of(side)]), others_(shared.mine[other(index_of(side))]) {}
  void acquire() { require(sem_wait(&mine_) == 0, "sem_wait failed"); }
  void pass() { require(sem_post(&others_) == 0, "sem_post failed"); }

 private:
  sem_t& mine_;
  sem_t& others_;
};

class EventfdTurn {
 public:
  struct Shared {
    Shared() {
      for (int& descriptor : mine) require((descriptor = eventfd(0, EFD_CLOEXEC)) >= 0, "eventfd failed");
    }
    int mine[2];
  };
  EventfdTurn(Shared& shared, Side side)
      : mine_(shared.mine[index_of(side)]), others_(shared.mine[other(index_of(side))]) {}
  void acquire() {
    std::uint64_t value = 0;
    require(read(mine_, &value, sizeof(value)) == sizeof(value), "eventfd: read failed");
  }
  void pass() {
    const std::uint64_t value = 1;
    require(write(others_, &value, sizeof(value)) == sizeof(value), "eventfd: write failed");
  }

 private:
  int mine_;
  int others_;
};

// One auto-reset event for each side.
class RtEventTurn {
 public:
  struct Shared {};
  RtEventTurn(Shared& /*shared*/, Side side) : mine_(open(index_of(side))), others_(open(other(index_of(side)))) {}
  void acquire() { require(RtWaitForSingleObject(mine_, INFINITE) == WAIT_OBJECT_0, "rtapi event: wait failed"); }
  void pass() { require(RtSetEvent(others_) != FALSE, "rtapi event: set failed"); }

 private:
  static HANDLE open(std::size_t side) {
    const std::string name = "bench turn event " + std::to_string(side);
    const HANDLE handle = RtCreateEventA(nullptr, FALSE, FALSE, name.c_str());
    require(handle != nullptr, "RtCreateEvent failed");
    return handle;
  }
  HANDLE mine_;
  HANDLE others_;
};

class RtSemaphoreTurn {
 public:
  struct Shared {};
  RtSemaphoreTurn(Shared& /*shared*/, Side side) : mine_(open(index_of(side))), others_(open(other(index_of(side)))) {}
  void acquire() { require(RtWaitForSingleObject(mine_, INFINITE) == WAIT_OBJECT_0, "rtapi semaphore: wait failed"); }
  void pass() { require(RtReleaseSemaphore(others_, 1, nullptr) != FALSE, "rtapi semaphore: release failed"); }

 private:
  static HANDLE open(std::size_t side) {
    const std::string name = "bench turn semaphore " + std::to_string(side);
    const HANDLE handle = RtCreateSemaphoreA(nullptr, 0, 1, name.c_str());
    require(handle != nullptr, "RtCreateSemaphore failed");
    return handle;
  }
  HANDLE mine_;
  HANDLE others_;
};

// A turn whose waits watch for their end a little before they sleep: for two CPUs that have nothing else to do.
template <class Turn>
class Spinning : public Turn {
 public:
  using Shared = typename Turn::Shared;
  Spinning(Shared& shared, Side side) : Turn(shared, side) {
    require(RtssSetSpin(kSpinNanoseconds) != FALSE, "RtssSetSpin failed");
  }

 private:
  static constexpr DWORD kSpinNanoseconds = 20000;
};

// Which of n objects carries the turn this time: all of them take part, in an order without locality.
class Wandering {
 public:
  explicit Wandering(std::uint32_t n) : n_(n) {}
  std::uint32_t next() {
    at_ = (at_ + kStride) % n_;
    return at_;
  }

 private:
  static constexpr std::uint32_t kStride = 37;  // prime, and no divisor of the powers of two that are measured
  std::uint32_t n_;
  std::uint32_t at_ = 0;
};

// Each side waits for any of kObjects auto-reset events.
template <std::uint32_t kObjects>
class RtAnyTurn {
 public:
  struct Shared {};
  RtAnyTurn(Shared& /*shared*/, Side side) {
    open(mine_, index_of(side));
    open(others_, other(index_of(side)));
  }
  void acquire() {
    const DWORD result = RtWaitForMultipleObjects(kObjects, mine_.data(), FALSE, INFINITE);
    require(result < WAIT_OBJECT_0 + kObjects, "rtapi wait-any failed");
  }
  void pass() { require(RtSetEvent(others_[which_.next()]) != FALSE, "rtapi event: set failed"); }

 private:
  static void open(std::array<HANDLE, kObjects>& events, std::size_t side) {
    for (std::uint32_t i = 0; i < kObjects; ++i) {
      const std::string name = "bench any event " + std::to_string(side) + "." + std::to_string(i);
      events[i] = RtCreateEventA(nullptr, FALSE, FALSE, name.c_str());
      require(events[i] != nullptr, "RtCreateEvent failed");
    }
  }
  std::array<HANDLE, kObjects> mine_;
  std::array<HANDLE, kObjects> others_;
  Wandering which_{kObjects};
};

// Each side waits for all of kObjects events; the others' manual-reset ones are always set, one auto-reset event
// completes the set.
template <std::uint32_t kObjects>
class RtAllTurn {
 public:
  struct Shared {};
  RtAllTurn(Shared& /*shared*/, Side side) : others_(open(other(index_of(side)), 0)) {
    for (std::uint32_t i = 0; i < kObjects; ++i) mine_[i] = open(index_of(side), i);
  }
  void acquire() {
    const DWORD result = RtWaitForMultipleObjects(kObjects, mine_.data(), TRUE, INFINITE);
    require(result == WAIT_OBJECT_0, "rtapi wait-all failed");
  }
  void pass() { require(RtSetEvent(others_) != FALSE, "rtapi event: set failed"); }

 private:
  static HANDLE open(std::size_t side, std::uint32_t index) {
    const BOOL constant = index == 0 ? FALSE : TRUE;
    const std::string name = "bench all event " + std::to_string(side) + "." + std::to_string(index);
    const HANDLE handle = RtCreateEventA(nullptr, constant, constant, name.c_str());
    require(handle != nullptr, "RtCreateEvent failed");
    return handle;
  }
  std::array<HANDLE, kObjects> mine_;
  HANDLE others_;
};

// Each side sleeps on kObjects words at once with the kernel's own wait-any.
template <std::uint32_t kObjects>
class FutexWaitvTurn {
 public:
  struct Shared {
    TurnWord mine[2][kObjects];
  };
  FutexWaitvTurn(Shared& shared, Side side)
      : mine_(shared.mine[index_of(side)]), others_(shared.mine[other(index_of(side))]) {
    for (std::uint32_t i = 0; i < kObjects; ++i) {
      waiters_[i] = {};
      waiters_[i].uaddr = reinterpret_cast<std::uintptr_t>(&mine_[i].value);
      waiters_[i].flags = FUTEX_32;
    }
  }
  void acquire() {
    while (!take_any()) syscall(SYS_futex_waitv, waiters_.data(), kObjects, 0, nullptr, 0);
  }
  void pass() {
    std::atomic<std::uint32_t>& word = others_[which_.next()].value;
    word.store(1, std::memory_order_release);
    syscall(SYS_futex, &word, FUTEX_WAKE, 1, nullptr, nullptr, 0);
  }

 private:
  bool take_any() {
    for (std::uint32_t i = 0; i < kObjects; ++i) {
      if (mine_[i].value.load(std::memory_order_acquire) == 0) continue;
      mine_[i].value.store(0, std::memory_order_relaxed);
      return true;
    }
    return false;
  }
  TurnWord* mine_;
  TurnWord* others_;
  std::array<futex_waitv, kObjects> waiters_;
  Wandering which_{kObjects};
};

}  // namespace rtss::bench
