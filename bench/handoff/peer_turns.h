// The peers' ways to pass a turn, in the form that turns.h describes.
#pragma once

#include <semaphore.h>
#include <sys/eventfd.h>

#include <boost/interprocess/sync/interprocess_condition.hpp>
#include <boost/interprocess/sync/interprocess_mutex.hpp>
#include <boost/interprocess/sync/interprocess_semaphore.hpp>
#include <boost/interprocess/sync/scoped_lock.hpp>

#include "bench/handoff/turns.h"
#include "bench/support/pairs.h"

namespace rtss::bench {

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

// These two hand nothing off: the releaser may take again before the waiter runs, which the measurement notices.
class PthreadNormalTurn {
 public:
  struct Shared {
    Shared() { make_shared_mutex(&mutex); }
    alignas(64) pthread_mutex_t mutex;
  };
  PthreadNormalTurn(Shared& shared, Side side) : mutex_(shared.mutex) {
    if (side == Side::kFirst) acquire();
  }
  void acquire() { require(pthread_mutex_lock(&mutex_) == 0, "pthread mutex: lock failed"); }
  void pass() { require(pthread_mutex_unlock(&mutex_) == 0, "pthread mutex: unlock failed"); }

 private:
  pthread_mutex_t& mutex_;
};

class BoostMutexTurn {
 public:
  struct Shared {
    alignas(64) boost::interprocess::interprocess_mutex mutex;
  };
  BoostMutexTurn(Shared& shared, Side side) : mutex_(shared.mutex) {
    if (side == Side::kFirst) acquire();
  }
  void acquire() { mutex_.lock(); }
  void pass() { mutex_.unlock(); }

 private:
  boost::interprocess::interprocess_mutex& mutex_;
};

class BoostSemaphoreTurn {
 public:
  struct Shared {
    alignas(64) boost::interprocess::interprocess_semaphore mine[2] = {boost::interprocess::interprocess_semaphore(0),
                                                                       boost::interprocess::interprocess_semaphore(0)};
  };
  BoostSemaphoreTurn(Shared& shared, Side side)
      : mine_(shared.mine[index_of(side)]), others_(shared.mine[other(index_of(side))]) {}
  void acquire() { mine_.wait(); }
  void pass() { others_.post(); }

 private:
  boost::interprocess::interprocess_semaphore& mine_;
  boost::interprocess::interprocess_semaphore& others_;
};

// An auto-reset event as it is made of a mutex, a condition and a flag.
class BoostConditionTurn {
 public:
  struct Event {
    alignas(64) boost::interprocess::interprocess_mutex mutex;
    boost::interprocess::interprocess_condition condition;
    bool is_set = false;
  };
  struct Shared {
    Event mine[2];
  };
  BoostConditionTurn(Shared& shared, Side side)
      : mine_(shared.mine[index_of(side)]), others_(shared.mine[other(index_of(side))]) {}
  void acquire() {
    boost::interprocess::scoped_lock lock(mine_.mutex);
    while (!mine_.is_set) mine_.condition.wait(lock);
    mine_.is_set = false;
  }
  void pass() {
    const boost::interprocess::scoped_lock lock(others_.mutex);
    others_.is_set = true;
    others_.condition.notify_one();
  }

 private:
  Event& mine_;
  Event& others_;
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
