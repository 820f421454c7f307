// What enters the kernel and what does not. Each absence is trusted only because the same counter, in the same
// place, finds a call that is put there on purpose.
#include <gtest/gtest.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "bench/support/realtime.h"
#include "bench/tests/call_tracer.h"
#include "rtapi.h"

namespace rtss::bench {
namespace {

constexpr int kTimes = 100;

SystemCalls counted(const std::function<void()>& body) {
  std::string failure;
  const auto calls = count_system_calls(body, &failure);
  EXPECT_EQ(failure, "");
  return calls.value_or(SystemCalls{});
}

bool tracing_is_permitted() {
  std::string failure;
  return count_system_calls([] {}, &failure).has_value();
}

#define SKIP_UNLESS_TRACING_IS_PERMITTED() \
  if (!tracing_is_permitted()) GTEST_SKIP() << "ptrace is not permitted here"

// Runs the operation once for what a first call may do, then counts it kTimes.
SystemCalls counted_operation(const std::function<std::function<void()>()>& prepare) {
  return counted([&] {
    const std::function<void()> operation = prepare();
    operation();
    begin_counting();
    for (int i = 0; i < kTimes; ++i) operation();
    end_counting();
  });
}

std::function<void()> take_and_release() {
  const HANDLE mutex = RtCreateMutexA(nullptr, FALSE, "counted mutex");
  return [mutex] {
    require(RtWaitForSingleObject(mutex, INFINITE) == WAIT_OBJECT_0, "wait failed");
    require(RtReleaseMutex(mutex) != FALSE, "release failed");
  };
}

TEST(SystemCallCounter, FindsTheOneCallThatIsThere) {
  SKIP_UNLESS_TRACING_IS_PERMITTED();

  const SystemCalls calls = counted([] {
    const std::function<void()> operation = take_and_release();
    operation();
    begin_counting();
    for (int i = 0; i < kTimes; ++i) operation();
    syscall(SYS_getppid);
    end_counting();
  });

  EXPECT_EQ(calls.total(), 1) << calls.describe();
  EXPECT_EQ(calls.others.count("system call " + std::to_string(SYS_getppid)), 1U) << calls.describe();
}

TEST(NoSystemCall, InTakingAndReleasingAFreeMutex) {
  SKIP_UNLESS_TRACING_IS_PERMITTED();

  const SystemCalls calls = counted_operation(take_and_release);

  EXPECT_EQ(calls.total(), 0) << calls.describe();
}

TEST(NoSystemCall, InTakingAMutexRecursively) {
  SKIP_UNLESS_TRACING_IS_PERMITTED();

  const SystemCalls calls = counted_operation([] {
    const std::function<void()> inner = take_and_release();
    RtWaitForSingleObject(RtOpenMutexA(0, FALSE, "counted mutex"), INFINITE);
    return inner;
  });

  EXPECT_EQ(calls.total(), 0) << calls.describe();
}

TEST(NoSystemCall, InTakingAFreeMutexWithAFiniteTimeout) {
  SKIP_UNLESS_TRACING_IS_PERMITTED();

  const SystemCalls calls = counted_operation([]() -> std::function<void()> {
    const HANDLE mutex = RtCreateMutexA(nullptr, FALSE, nullptr);
    return [mutex] {
      require(RtWaitForSingleObject(mutex, 5) == WAIT_OBJECT_0, "wait failed");
      require(RtReleaseMutex(mutex) != FALSE, "release failed");
    };
  });

  EXPECT_EQ(calls.total(), 0) << calls.describe();
}

TEST(NoSystemCall, InSettingAnAutoResetEventAndWaitingForIt) {
  SKIP_UNLESS_TRACING_IS_PERMITTED();

  const SystemCalls calls = counted_operation([]() -> std::function<void()> {
    const HANDLE event = RtCreateEventA(nullptr, FALSE, FALSE, nullptr);
    return [event] {
      require(RtSetEvent(event) != FALSE, "set failed");
      require(RtWaitForSingleObject(event, INFINITE) == WAIT_OBJECT_0, "wait failed");
    };
  });

  EXPECT_EQ(calls.total(), 0) << calls.describe();
}

TEST(NoSystemCall, InReleasingASemaphoreAndWaitingForIt) {
  SKIP_UNLESS_TRACING_IS_PERMITTED();

  const SystemCalls calls = counted_operation([]() -> std::function<void()> {
    const HANDLE semaphore = RtCreateSemaphoreA(nullptr, 0, 10, nullptr);
    return [semaphore] {
      require(RtReleaseSemaphore(semaphore, 1, nullptr) != FALSE, "release failed");
      require(RtWaitForSingleObject(semaphore, INFINITE) == WAIT_OBJECT_0, "wait failed");
    };
  });

  EXPECT_EQ(calls.total(), 0) << calls.describe();
}

TEST(NoSystemCall, InPolling) {
  SKIP_UNLESS_TRACING_IS_PERMITTED();

  const SystemCalls calls = counted_operation([]() -> std::function<void()> {
    const HANDLE clear = RtCreateEventA(nullptr, FALSE, FALSE, nullptr);
    const HANDLE set = RtCreateEventA(nullptr, TRUE, TRUE, nullptr);
    const HANDLE empty = RtCreateSemaphoreA(nullptr, 0, 1, nullptr);
    return [=] {
      require(RtWaitForSingleObject(clear, 0) == WAIT_TIMEOUT, "poll of a clear event");
      require(RtWaitForSingleObject(set, 0) == WAIT_OBJECT_0, "poll of a set event");
      require(RtWaitForSingleObject(empty, 0) == WAIT_TIMEOUT, "poll of an empty semaphore");
      const HANDLE both[] = {clear, empty};
      require(RtWaitForMultipleObjects(2, both, FALSE, 0) == WAIT_TIMEOUT, "poll of both");
    };
  });

  EXPECT_EQ(calls.total(), 0) << calls.describe();
}

TEST(NoSystemCall, InWaitAnyWithOneSignaledAtAnyIndex) {
  SKIP_UNLESS_TRACING_IS_PERMITTED();

  const SystemCalls calls = counted_operation([]() -> std::function<void()> {
    std::array<HANDLE, MAX_WFMO> events{};
    for (HANDLE& event : events) event = RtCreateEventA(nullptr, FALSE, FALSE, nullptr);
    return [events] {
      for (DWORD i = 0; i < MAX_WFMO; ++i) {
        require(RtSetEvent(events[i]) != FALSE, "set failed");
        require(RtWaitForMultipleObjects(MAX_WFMO, events.data(), FALSE, INFINITE) == i, "wait-any failed");
      }
    };
  });

  EXPECT_EQ(calls.total(), 0) << calls.describe();
}

void wait_then_release(HANDLE mutex) {
  for (int i = 0; i < kTimes; ++i) {
    require(RtWaitForSingleObject(mutex, INFINITE) == WAIT_OBJECT_0, "wait failed");
    require(RtReleaseMutex(mutex) != FALSE, "release failed");
  }
}

void release_then_wait(HANDLE mutex) {
  for (int i = 0; i < kTimes; ++i) {
    require(RtReleaseMutex(mutex) != FALSE, "release failed");
    require(RtWaitForSingleObject(mutex, INFINITE) == WAIT_OBJECT_0, "wait failed");
  }
}

void second_side() {
  const HANDLE mutex = RtOpenMutexA(SYNCHRONIZE, FALSE, "handed mutex");
  require(mutex != nullptr, "open failed");
  begin_counting();
  wait_then_release(mutex);
  end_counting();
}

void first_side(HANDLE mutex) {
  begin_counting_once_a_peer_sleeps();
  release_then_wait(mutex);
  end_counting();
}

HANDLE owned_mutex() {
  const HANDLE mutex = RtCreateMutexA(nullptr, TRUE, "handed mutex");
  require(mutex != nullptr, "create failed");
  return mutex;
}

// The first waiter for an owner rings the doorbell of a reaper, which watches that owner from then on. A waiter that
// comes before the reaper has looked rings once more: not at each hand-off.
void expect_doorbells_at_introductions_only(SystemCalls& calls, int introductions) {
  EXPECT_GE(calls.futex_wake_all, introductions) << calls.describe();
  EXPECT_LE(calls.futex_wake_all, kTimes) << calls.describe();
  calls.futex_wake_all = 0;
}

// Reading one's own scheduling class again now and then is not part of the hand-off.
void expect_one_wait_and_one_wake_for_each_handoff(SystemCalls calls) {
  constexpr int kHandoffs = 2 * kTimes;
  expect_doorbells_at_introductions_only(calls, 2);  // each side owns
  EXPECT_EQ(calls.futex_wait, kHandoffs) << calls.describe();
  EXPECT_EQ(calls.futex_wake, kHandoffs) << calls.describe();
  for (const char* const reading : {"sched_getattr", "sched_getscheduler", "sched_getparam"})
    calls.others.erase(reading);
  EXPECT_EQ(calls.total(), 2 * kHandoffs) << calls.describe();
}

TEST(HandOff, BetweenThreadsIsOneFutexWaitAndOneFutexWake) {
  SKIP_UNLESS_TRACING_IS_PERMITTED();

  const SystemCalls calls = counted([] {
    const HANDLE mutex = owned_mutex();
    std::thread second(second_side);
    first_side(mutex);
    second.join();
  });

  expect_one_wait_and_one_wake_for_each_handoff(calls);
}

// Threads that set their levels are never asked for them again: not a call more than without inheritance.
TEST(HandOff, BetweenRealTimeThreadsOfEqualLevelIsNotOneCallMore) {
  SKIP_UNLESS_TRACING_IS_PERMITTED();
  constexpr int kLevel = 20;
  const auto become_real_time = [] {
    return RtSetThreadPriority(RtGetCurrentThread(), kLevel) != FALSE && sched_getscheduler(0) == SCHED_FIFO;
  };
  std::string refused;
  if (!count_system_calls([&] { require(become_real_time(), "refused"); }, &refused).has_value() || !refused.empty()) {
    GTEST_SKIP() << "needs real-time privilege";
  }

  SystemCalls calls = counted([&] {
    const HANDLE mutex = owned_mutex();
    become_real_time();
    std::thread second([&] {
      become_real_time();
      second_side();
    });
    first_side(mutex);
    second.join();
  });

  expect_doorbells_at_introductions_only(calls, 2);
  EXPECT_EQ(calls.futex_wait, 2 * kTimes) << calls.describe();
  EXPECT_EQ(calls.total(), 4 * kTimes) << calls.describe();
}

// The same counter finds the calls of a boost.
TEST(HandOff, FromALowerLevelIsOneCallMoreToBoostAndOneToGoBack) {
  SKIP_UNLESS_TRACING_IS_PERMITTED();
  std::string refused;
  const auto set_level = [](int level) {
    require(RtSetThreadPriority(RtGetCurrentThread(), level) != FALSE && sched_getscheduler(0) == SCHED_FIFO,
            "refused");
  };
  if (!count_system_calls([&] { set_level(1); }, &refused).has_value() || !refused.empty()) {
    GTEST_SKIP() << "needs real-time privilege";
  }

  SystemCalls calls = counted([&] {
    const HANDLE mutex = owned_mutex();
    set_level(20);
    std::thread second([&] {
      set_level(40);
      begin_counting();
      require(RtWaitForSingleObject(mutex, INFINITE) == WAIT_OBJECT_0, "wait failed");
      end_counting();
    });
    begin_counting_once_a_peer_sleeps();
    require(RtReleaseMutex(mutex) != FALSE, "release failed");
    end_counting();
    second.join();
  });

  expect_doorbells_at_introductions_only(calls, 1);
  EXPECT_EQ(calls.futex_wait, 1) << calls.describe();
  EXPECT_EQ(calls.futex_wake, 1) << calls.describe();
  EXPECT_EQ(calls.total(), 2 + 2) << calls.describe();
}

TEST(HandOff, WithOneWakeTooManyIsNoticed) {
  SKIP_UNLESS_TRACING_IS_PERMITTED();

  const SystemCalls calls = counted([] {
    const HANDLE mutex = owned_mutex();
    std::thread second(second_side);
    begin_counting_once_a_peer_sleeps();
    release_then_wait(mutex);
    std::uint32_t unawaited = 0;
    syscall(SYS_futex, &unawaited, FUTEX_WAKE, 1, nullptr, nullptr, 0);
    end_counting();
    second.join();
  });

  EXPECT_EQ(calls.futex_wake, 2 * kTimes + 1) << calls.describe();
}

TEST(HandOff, BetweenProcessesIsOneFutexWaitAndOneFutexWake) {
  SKIP_UNLESS_TRACING_IS_PERMITTED();

  const SystemCalls calls = counted([] {
    const HANDLE mutex = owned_mutex();
    const pid_t second = fork();
    if (second == 0) {
      second_side();
      _exit(0);
    }
    first_side(mutex);
    waitpid(second, nullptr, 0);
  });

  expect_one_wait_and_one_wake_for_each_handoff(calls);
}

}  // namespace
}  // namespace rtss::bench
