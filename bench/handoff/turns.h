// The limit and the library's ways to pass a turn. Each has its shared words in Shared (constructed once, before the
// sides), opens what is process-relative in its own constructor, and leaves the first side holding the turn.
#pragma once

#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <string>

#include "bench/handoff/ping_pong.h"
#include "bench/support/realtime.h"
#include "rtapi.h"

namespace rtss::bench {

inline std::size_t index_of(Side side) { return static_cast<std::size_t>(side); }
inline std::size_t other(std::size_t side) { return 1 - side; }

// Placement::pair of the pair that this process plays for; set before its turns are made.
inline int pair_of_this_process = 0;
inline std::string turn_name(const std::string& object) {
  return object + " of pair " + std::to_string(pair_of_this_process);
}

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
  RtMutexTurn(Shared& /*shared*/, Side side)
      : handle_(RtCreateMutexA(nullptr, FALSE, turn_name("bench turn mutex").c_str())) {
    require(handle_ != nullptr, "RtCreateMutex failed");
    if (side == Side::kFirst) acquire();
  }
  void acquire() { require(RtWaitForSingleObject(handle_, INFINITE) == WAIT_OBJECT_0, "rtapi mutex: wait failed"); }
  void pass() { require(RtReleaseMutex(handle_) != FALSE, "rtapi mutex: release failed"); }

 private:
  HANDLE handle_;
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
    const std::string name = turn_name("bench turn event " + std::to_string(side));
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
    const std::string name = turn_name("bench turn semaphore " + std::to_string(side));
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

// The same mutex with kCrowd threads of the lowest priority waiting for it, too, before the rally begins: each gets it
// when the rally is over.
template <class Turn, std::uint32_t kCrowd>
class CrowdedTurn {
 public:
  using Shared = typename Turn::Shared;
  CrowdedTurn(Shared& shared, Side side) : turn_(shared, side) {
    if (side == Side::kSecond) return;  // the first side owns the mutex by now: the crowd can only queue
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, kStackBytes);
    for (Member& member : crowd_) {
      member.turn = &turn_;
      require(pthread_create(&member.handle, &attributes, wait_once, &member) == 0, "pthread_create failed");
    }
    pthread_attr_destroy(&attributes);
    joins_ = true;
    await_queue();
  }
  CrowdedTurn(const CrowdedTurn&) = delete;
  CrowdedTurn& operator=(const CrowdedTurn&) = delete;
  ~CrowdedTurn() {
    if (!joins_) return;
    for (const Member& member : crowd_) pthread_join(member.handle, nullptr);
  }
  void acquire() { turn_.acquire(); }
  void pass() { turn_.pass(); }

 private:
  static constexpr std::size_t kStackBytes = std::size_t{64} << 10;  // all of it is locked
  struct Member {
    Turn* turn = nullptr;
    pthread_t handle{};
    std::atomic<int> thread{0};  // once it is about to wait
  };
  static void* wait_once(void* member) {
    auto& self = *static_cast<Member*>(member);
    require(enter_fifo(1), "SCHED_FIFO refused");
    self.thread.store(gettid());
    self.turn->acquire();
    self.turn->pass();
    return nullptr;
  }
  // The rally leaves them no processor to get there later.
  void await_queue() const {
    const timespec nap{0, 200'000};
    for (const Member& member : crowd_) {
      while (member.thread.load() == 0 || !is_asleep(member.thread.load())) nanosleep(&nap, nullptr);
    }
  }
  Turn turn_;
  std::array<Member, kCrowd> crowd_{};
  bool joins_ = false;
};

}  // namespace rtss::bench
