// Threads: creation, end, exit code, level, handles as objects to wait on.
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <limits>

#include "tests/porting/threads.h"
#include "tests/support/realtime.h"

namespace rtss::test {
namespace {

class Thread : public ApiTest {};

TEST_F(Thread, RunsItsRoutineAndEndsWithItsResult) {
  int value = 5;

  const HANDLE thread =
      start_thread([](void* p) -> DWORD { return static_cast<DWORD>(++*static_cast<int*>(p)); }, &value);

  ASSERT_NE(thread, nullptr);
  EXPECT_EQ(GetLastError(), 0u);
  EXPECT_EQ(join(thread), 6u);
}

TEST_F(Thread, TellsItsThreadId) {
  DWORD id = 0;
  std::atomic<DWORD> seen{0};

  const HANDLE thread = RtCreateThread(
      nullptr, 0,
      [](void* p) -> DWORD {
        *static_cast<std::atomic<DWORD>*>(p) = RtGetCurrentThreadId();
        return 0;
      },
      &seen, 0, &id);
  join(thread);

  EXPECT_NE(id, 0u);
  EXPECT_EQ(seen, id);
}

TEST_F(Thread, IsStillActiveUntilItHasEnded) {
  const HANDLE gate = create_event(nullptr, TRUE, FALSE);
  const HANDLE thread = start_thread([](void* g) -> DWORD { return RtWaitForSingleObject(g, INFINITE) + 3; }, gate);

  EXPECT_EQ(exit_code(thread), STILL_ACTIVE);
  EXPECT_EQ(RtWaitForSingleObject(thread, 0), WAIT_TIMEOUT);
  RtSetEvent(gate);

  EXPECT_EQ(join(thread), 3u);
}

TEST_F(Thread, StartsAtLevelZeroWhateverItsCreatorsLevel) {
  SKIP_WITHOUT_REALTIME();
  ThreadPeer creator;
  const int level = creator.call([] {
    RtSetThreadPriority(RtGetCurrentThread(), 50);
    const HANDLE thread = start_thread([](void*) -> DWORD {
      return static_cast<DWORD>(RtGetThreadPriority(RtGetCurrentThread()) * 100 + sched_getscheduler(0));
    });
    return static_cast<int>(join(thread));
  });

  EXPECT_EQ(level, SCHED_FIFO);
}

TEST_F(Thread, CreatedSuspendedRunsNothingBeforeItIsResumed) {
  Counter counter;
  const HANDLE thread = start_thread(Counter::run, &counter, CREATE_SUSPENDED);

  EXPECT_TRUE(RtSetThreadPriority(thread, 3));
  EXPECT_EQ(RtGetThreadPriority(thread), 3);
  EXPECT_EQ(RtWaitForSingleObject(thread, 50), WAIT_TIMEOUT);
  EXPECT_EQ(counter.tid, 0u);
  EXPECT_EQ(RtResumeThread(thread), 1u);
  counter.await_progress();
  counter.stop = true;

  EXPECT_EQ(join(thread), 7u);
}

TEST_F(Thread, LevelOfAnotherThreadIsSetInTheKernel) {
  SKIP_WITHOUT_REALTIME();
  DWORD id = 0;
  const HANDLE thread = RtCreateThread(
      nullptr, 0, [](void*) -> DWORD { return 0; }, nullptr, CREATE_SUSPENDED, &id);

  EXPECT_TRUE(RtSetThreadPriority(thread, RT_PRIORITY_MAX));

  sched_param parameters{};
  EXPECT_EQ(sched_getparam(static_cast<pid_t>(id), &parameters), 0);
  EXPECT_EQ(parameters.sched_priority, 98);
  EXPECT_EQ(RtGetThreadPriority(thread), RT_PRIORITY_MAX);
  RtResumeThread(thread);
  join(thread);
}

TEST_F(Thread, RaisedWhileItWaitsIsServedFirst) {
  const HANDLE event = create_event(nullptr, FALSE, FALSE);
  std::atomic<int> order{0};
  struct Waiter {
    HANDLE event;
    std::atomic<int>* order;
    int place = 0;
  } first{event, &order}, second{event, &order};
  const auto wait = [](void* p) -> DWORD {
    auto& self = *static_cast<Waiter*>(p);
    RtWaitForSingleObject(self.event, INFINITE);
    self.place = ++*self.order;
    RtSetEvent(self.event);
    return 0;
  };
  DWORD ids[2];
  const HANDLE threads[] = {RtCreateThread(nullptr, 0, wait, &first, 0, &ids[0]),
                            RtCreateThread(nullptr, 0, wait, &second, 0, &ids[1])};
  await_blocked(static_cast<pid_t>(ids[0]));
  await_blocked(static_cast<pid_t>(ids[1]));

  EXPECT_TRUE(RtSetThreadPriority(threads[1], 90));
  RtSetEvent(event);
  for (const HANDLE thread : threads) join(thread);

  EXPECT_EQ(second.place, 1);
  EXPECT_EQ(first.place, 2);
}

TEST_F(Thread, HandleClosedWhileItRunsLeavesItRunning) {
  static Counter counter;
  const HANDLE thread = start_thread(Counter::run, &counter);

  EXPECT_TRUE(RtCloseHandle(thread));
  EXPECT_FAILS(RtCloseHandle(thread), FALSE, ERROR_INVALID_HANDLE);
  counter.await_progress();

  counter.stop = true;
}

TEST_F(Thread, ExitsFromWithinWithDestructorsRun) {
  static std::atomic<bool> destroyed{false};
  struct Guard {
    ~Guard() { destroyed = true; }
  };
  const HANDLE thread = start_thread([](void*) -> DWORD {
    const Guard guard;
    RtExitThread(42);
  });

  EXPECT_EQ(join(thread), 42u);
  EXPECT_TRUE(destroyed);
}

TEST_F(Thread, EndingAbandonsItsMutexes) {
  const HANDLE mutex = create_mutex(nullptr, FALSE);
  const HANDLE thread = start_thread([](void* m) -> DWORD { return RtWaitForSingleObject(m, INFINITE); }, mutex);

  join(thread);

  EXPECT_EQ(wait_one(mutex, 0), WAIT_ABANDONED);
  EXPECT_TRUE(release_mutex(mutex));
}

TEST_F(Thread, IsWaitedForAmongOtherObjects) {
  const HANDLE event = create_event(nullptr, FALSE, FALSE);
  const HANDLE gate = create_event(nullptr, TRUE, FALSE);
  const HANDLE thread = start_thread([](void* g) -> DWORD { return RtWaitForSingleObject(g, INFINITE); }, gate);

  EXPECT_EQ(wait_any({event, thread}, 0), WAIT_TIMEOUT);
  RtSetEvent(gate);
  EXPECT_EQ(wait_any({event, thread}, INFINITE), WAIT_OBJECT_0 + 1);
  set_event(event);
  EXPECT_EQ(wait_all({event, thread}, INFINITE), WAIT_OBJECT_0);
  EXPECT_EQ(wait_any({thread, event}, 0), WAIT_OBJECT_0) << "an ended thread stays signaled";

  join(thread);
}

TEST_F(Thread, StackIsAsLargeAsAskedFor) {
  constexpr SIZE_T kBytes = 3 << 20;
  std::atomic<std::size_t> size{0};
  const HANDLE thread = RtCreateThread(
      nullptr, kBytes,
      [](void* p) -> DWORD {
        pthread_attr_t attributes;
        void* lowest = nullptr;
        std::size_t bytes = 0;
        pthread_getattr_np(pthread_self(), &attributes);
        pthread_attr_getstack(&attributes, &lowest, &bytes);
        pthread_attr_destroy(&attributes);
        *static_cast<std::atomic<std::size_t>*>(p) = bytes;
        return 0;
      },
      &size, 0, nullptr);
  join(thread);

  EXPECT_GE(size, kBytes);
  join(RtCreateThread(
      nullptr, 1, [](void*) -> DWORD { return 0; }, nullptr, 0, nullptr));
}

TEST_F(Thread, RefusesBadArguments) {
  DWORD code = 0;
  const HANDLE event = create_event(nullptr, FALSE, FALSE);

  EXPECT_FAILS(RtCreateThread(nullptr, 0, nullptr, nullptr, 0, nullptr), nullptr, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtGetExitCodeThread(nullptr, &code), FALSE, ERROR_INVALID_HANDLE);
  EXPECT_FAILS(RtGetExitCodeThread(event, &code), FALSE, ERROR_INVALID_HANDLE);
  EXPECT_FAILS(RtGetExitCodeThread(RtGetCurrentThread(), nullptr), FALSE, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtSetThreadPriority(event, 1), FALSE, ERROR_INVALID_HANDLE);
  EXPECT_FAILS(RtSetThreadPriority(RtGetCurrentThread(), 128), FALSE, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtGetThreadPriority(nullptr), THREAD_PRIORITY_ERROR_RETURN, ERROR_INVALID_HANDLE);
  EXPECT_FAILS(RtSuspendThread(event), 0xFFFFFFFF, ERROR_INVALID_HANDLE);
  EXPECT_FAILS(RtResumeThread(nullptr), 0xFFFFFFFF, ERROR_INVALID_HANDLE);
  EXPECT_FAILS(RtTerminateThread(event, 0), FALSE, ERROR_INVALID_HANDLE);
  EXPECT_FAILS(RtSetThreadAffinityMask(event, 1), 0u, ERROR_INVALID_HANDLE);
  EXPECT_FAILS(RtSetThreadAffinityMask(RtGetCurrentThread(), 0), 0u, ERROR_INVALID_PARAMETER);
}

TEST_F(Thread, StackThatCannotBeHadIsRefused) {
  constexpr SIZE_T kMost = std::numeric_limits<SIZE_T>::max();
  for (const SIZE_T bytes : {kMost, kMost - 4094, kMost - 4095, kMost - 8191, kMost / 2, SIZE_T{1} << 50}) {
    SCOPED_TRACE(bytes);
    EXPECT_FAILS(RtCreateThread(
                     nullptr, bytes, [](void*) -> DWORD { return 0; }, nullptr, 0, nullptr),
                 nullptr, ERROR_NOT_ENOUGH_MEMORY);
  }
}

TEST_F(Thread, ThatHasEndedRefusesNewSettings) {
  const HANDLE thread = start_thread([](void*) -> DWORD { return 0; });
  EXPECT_EQ(RtWaitForSingleObject(thread, INFINITE), WAIT_OBJECT_0);

  EXPECT_FAILS(RtSetThreadPriority(thread, 1), FALSE, ERROR_ACCESS_DENIED);
  EXPECT_FAILS(RtGetThreadPriority(thread), THREAD_PRIORITY_ERROR_RETURN, ERROR_ACCESS_DENIED);
  EXPECT_FAILS(RtSuspendThread(thread), 0xFFFFFFFF, ERROR_ACCESS_DENIED);
  EXPECT_EQ(RtResumeThread(thread), 0u);
  EXPECT_TRUE(RtTerminateThread(thread, 9));
  EXPECT_EQ(join(thread), 0u);
}

TEST_F(Thread, RunsOnlyWhereItsMaskAllows) {
  ThreadPeer peer;
  const bool held = peer.call([] {
    const DWORD_PTR before = RtSetThreadAffinityMask(RtGetCurrentThread(), 1);
    if ((before & 1) == 0 || RtGetCurrentProcessorNumber() != 0) return false;
    return RtSetThreadAffinityMask(RtGetCurrentThread(), before) == 1 &&
           RtSetThreadIdealProcessor(RtGetCurrentThread(), 0) == 0 && RtGetCurrentProcessorNumber() == 0;
  });

  EXPECT_TRUE(held);
}

TEST_F(Thread, TimeQuantumMakesItTakeTurns) {
  SKIP_WITHOUT_REALTIME();
  DWORD id = 0;
  const HANDLE thread = RtCreateThread(
      nullptr, 0, [](void*) -> DWORD { return 0; }, nullptr, CREATE_SUSPENDED, &id);
  const auto policy = [&] { return sched_getscheduler(static_cast<pid_t>(id)); };

  EXPECT_EQ(RtGetThreadTimeQuantum(thread), 0u);
  EXPECT_EQ(policy(), SCHED_FIFO);
  EXPECT_TRUE(RtSetThreadTimeQuantumEx(thread, 1500));
  EXPECT_EQ(RtGetThreadTimeQuantum(thread), 2u);
  EXPECT_EQ(RtGetThreadTimeQuantumEx(thread), 1500u);
  EXPECT_EQ(policy(), SCHED_RR);
  EXPECT_TRUE(RtSetThreadPriority(thread, 9));
  EXPECT_EQ(policy(), SCHED_RR);
  EXPECT_TRUE(RtSetThreadTimeQuantum(thread, 0));
  EXPECT_EQ(policy(), SCHED_FIFO);

  RtResumeThread(thread);
  join(thread);
}

TEST_F(Thread, TimesTellWhatItHasUsed) {
  FILETIME created{}, exited{}, executed{}, later{};
  ASSERT_TRUE(RtGetThreadTimes(RtGetCurrentThread(), &created, &exited, &executed));

  await("processor time is used", [&] {
    for (int i = 0; i < 100000; ++i) asm volatile("");
    RtGetThreadTimes(RtGetCurrentThread(), nullptr, nullptr, &later);
    return later.dwLowDateTime != executed.dwLowDateTime;
  });
  const auto whole = [](FILETIME time) {
    return static_cast<ULONGLONG>(time.dwHighDateTime) << 32 | time.dwLowDateTime;
  };

  LARGE_INTEGER now;
  RtGetClockTime(CLOCK_1, &now);
  EXPECT_LE(whole(created), static_cast<ULONGLONG>(now.QuadPart));
  EXPECT_GT(whole(created) + 36'000'000'000ULL, static_cast<ULONGLONG>(now.QuadPart)) << "created within this hour";
  EXPECT_EQ(whole(exited), 0u);
}

TEST_F(Thread, ManyComeAndGo) {
  constexpr int kThreads = 200;
  for (int i = 0; i < kThreads; ++i) {
    const HANDLE thread =
        start_thread([](void* p) -> DWORD { return static_cast<DWORD>(reinterpret_cast<std::uintptr_t>(p)); },
                     reinterpret_cast<void*>(static_cast<std::uintptr_t>(i)));
    ASSERT_NE(thread, nullptr);
    EXPECT_EQ(join(thread), static_cast<DWORD>(i));
  }
}

TEST_F(Thread, MainThreadThatExitsLeavesTheProcessToTheOthers) {
  ProcessPeer peer;
  peer.start([] {
    start_thread([](void*) -> DWORD {
      RtSleep(20);
      return 23;
    });
    RtExitThread(5);
  });

  peer.await_end();  // not before the other thread's end, and not later
}

}  // namespace
}  // namespace rtss::test
