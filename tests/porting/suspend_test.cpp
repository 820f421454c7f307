// Suspending, resuming and terminating threads that run, wait, or are inside a call of the library.
#include <unistd.h>

#include "tests/porting/threads.h"

namespace rtss::test {
namespace {

class Suspend : public ApiTest {};
class Terminate : public ApiTest {};

// Stopped: it makes no progress between two looks, the second after others had the processor for long.
bool is_stopped(Counter& counter) {
  await("the counter stops", [&] {
    const std::uint64_t seen = counter.count;
    RtSleep(5);
    return counter.count == seen;
  });
  const std::uint64_t seen = counter.count;
  RtSleep(50);
  return counter.count == seen;
}

TEST_F(Suspend, StopsARunningThreadUntilItIsResumed) {
  Counter counter;
  const HANDLE thread = start_thread(Counter::run, &counter);
  counter.await_progress();

  EXPECT_EQ(RtSuspendThread(thread), 0u);
  EXPECT_TRUE(is_stopped(counter));
  EXPECT_EQ(RtResumeThread(thread), 1u);
  counter.await_progress();

  counter.stop = true;
  EXPECT_EQ(join(thread), 7u);
}

TEST_F(Suspend, Counts) {
  Counter counter;
  const HANDLE thread = start_thread(Counter::run, &counter);

  EXPECT_EQ(RtSuspendThread(thread), 0u);
  EXPECT_EQ(RtSuspendThread(thread), 1u);
  EXPECT_EQ(RtResumeThread(thread), 2u);
  EXPECT_TRUE(is_stopped(counter));
  EXPECT_EQ(RtResumeThread(thread), 1u);
  EXPECT_EQ(RtResumeThread(thread), 0u) << "not suspended: harmless";
  counter.await_progress();

  counter.stop = true;
  join(thread);
}

TEST_F(Suspend, EndsAtItsLimit) {
  Counter counter;
  const HANDLE thread = start_thread(Counter::run, &counter, CREATE_SUSPENDED);

  for (DWORD count = 1; count < 127; ++count) EXPECT_EQ(RtSuspendThread(thread), count);
  EXPECT_FAILS(RtSuspendThread(thread), 0xFFFFFFFF, ERROR_SIGNAL_REFUSED);
  for (DWORD count = 127; count > 0; --count) EXPECT_EQ(RtResumeThread(thread), count);

  counter.stop = true;
  EXPECT_EQ(join(thread), 7u);
}

TEST_F(Suspend, OfOneselfLastsUntilAnotherResumes) {
  static std::atomic<int> rounds{0};
  rounds = 0;
  const HANDLE thread = start_thread([](void*) -> DWORD {
    for (int i = 0; i < 3; ++i) {
      RtSuspendThread(RtGetCurrentThread());
      ++rounds;
    }
    return 1;
  });
  for (int i = 1; i <= 3; ++i) {
    await("it resumes", [&] {
      RtResumeThread(thread);
      return rounds >= i;
    });
  }

  EXPECT_EQ(join(thread), 1u);
}

// Suspended in a wait it keeps its place and may be served; it runs on when it is resumed.
TEST_F(Suspend, OfAWaiterLetsTheWaitBeSatisfied) {
  const HANDLE event = create_event(nullptr, FALSE, FALSE);
  DWORD id = 0;
  const HANDLE thread = RtCreateThread(
      nullptr, 0, [](void* e) -> DWORD { return RtWaitForSingleObject(e, INFINITE) + 11; }, event, 0, &id);
  await_blocked(static_cast<pid_t>(id));

  EXPECT_EQ(RtSuspendThread(thread), 0u);
  set_event(event);
  EXPECT_TRUE(is_clear(event)) << "it was handed to the waiter";
  EXPECT_EQ(RtWaitForSingleObject(thread, 50), WAIT_TIMEOUT);
  EXPECT_EQ(exit_code(thread), STILL_ACTIVE);
  RtResumeThread(thread);

  EXPECT_EQ(join(thread), 11u);
}

TEST_F(Suspend, FromATimerRoutineWorks) {
  static Counter counter;
  static HANDLE thread;
  counter.stop = false;
  thread = start_thread(Counter::run, &counter);
  counter.await_progress();
  const HANDLE timer = RtCreateTimer(
      nullptr, 0, [](void*) { RtSuspendThread(thread); }, nullptr, RT_PRIORITY_MAX, CLOCK_FASTEST);
  LARGE_INTEGER soon{.QuadPart = 10'000};

  EXPECT_TRUE(RtSetTimerRelative(timer, &soon, nullptr));
  EXPECT_TRUE(is_stopped(counter));
  EXPECT_TRUE(RtDeleteTimer(timer));
  RtResumeThread(thread);
  counter.stop = true;

  EXPECT_EQ(join(thread), 7u);
}

// Whenever a thread that hammers the library is stopped, it holds no lock of the library: the other threads go on.
TEST_F(Suspend, OfAThreadInsideTheLibraryNeverHoldsUpOthers) {
  static std::atomic<bool> stop;
  stop = false;
  create_mutex("S", FALSE);
  create_semaphore("C", 0, 1000);
  const HANDLE thread = start_thread([](void*) -> DWORD {
    while (!stop) {
      const HANDLE mutex = RtOpenMutexA(0, FALSE, "S");
      const HANDLE semaphore = RtOpenSemaphoreA(0, FALSE, "C");
      RtReleaseSemaphore(semaphore, 1, nullptr);
      RtWaitForSingleObject(semaphore, 1);
      RtCloseHandle(mutex);
      RtCloseHandle(semaphore);
    }
    return 3;
  });
  const HANDLE mutex = open_mutex("S");
  const HANDLE semaphore = open_semaphore("C");
  constexpr int kRounds = 2000;
  for (int i = 0; i < kRounds; ++i) {
    ASSERT_EQ(RtSuspendThread(thread), 0u);
    const HANDLE named = RtCreateEventA(nullptr, FALSE, FALSE, "fresh");  // the namespace's lock
    ASSERT_NE(named, nullptr);
    ASSERT_TRUE(RtCloseHandle(named));
    ASSERT_TRUE(RtReleaseSemaphore(semaphore, 1, nullptr));
    ASSERT_EQ(wait_one(semaphore, 0), WAIT_OBJECT_0);
    ASSERT_EQ(wait_one(mutex, 0), WAIT_OBJECT_0);
    ASSERT_TRUE(release_mutex(mutex));
    ASSERT_EQ(RtResumeThread(thread), 1u);
  }
  stop = true;

  EXPECT_EQ(join(thread), 3u);
}

TEST_F(Terminate, EndsARunningThreadWithTheCodeGiven) {
  static Counter counter;
  const HANDLE thread = start_thread(Counter::run, &counter);
  counter.await_progress();

  EXPECT_TRUE(RtTerminateThread(thread, 99));

  EXPECT_EQ(join(thread), 99u);
}

TEST_F(Terminate, EndsASuspendedThread) {
  static Counter counter;
  const HANDLE created = start_thread(Counter::run, &counter, CREATE_SUSPENDED);
  const HANDLE stopped = start_thread(Counter::run, &counter);
  counter.await_progress();
  RtSuspendThread(stopped);

  EXPECT_TRUE(RtTerminateThread(created, 1));
  EXPECT_TRUE(RtTerminateThread(stopped, 2));

  EXPECT_EQ(join(created), 1u);
  EXPECT_EQ(join(stopped), 2u);
}

TEST_F(Terminate, OfAMutexOwnerAbandonsTheMutex) {
  const HANDLE mutex = create_mutex("Held", FALSE);
  const HANDLE owned = create_event(nullptr, TRUE, FALSE);
  static HANDLE handles[2];
  handles[0] = mutex;
  handles[1] = owned;
  const HANDLE thread = start_thread([](void*) -> DWORD {
    RtWaitForSingleObject(handles[0], INFINITE);
    RtSetEvent(handles[1]);
    for (;;) RtSleep(1);
  });
  wait_one(owned, INFINITE);
  EXPECT_EQ(wait_one(mutex, 0), WAIT_TIMEOUT);

  EXPECT_TRUE(RtTerminateThread(thread, 4));

  EXPECT_EQ(wait_one(mutex, INFINITE), WAIT_ABANDONED);
  EXPECT_TRUE(release_mutex(mutex));
  EXPECT_EQ(join(thread), 4u);
}

TEST_F(Terminate, OfAWaiterLeavesNoTraceOfTheWait) {
  const HANDLE mutex = create_mutex(nullptr, TRUE);
  const HANDLE event = create_event(nullptr, FALSE, FALSE);
  static HANDLE handles[2];
  handles[0] = mutex;
  handles[1] = event;
  DWORD id = 0;
  const HANDLE thread = RtCreateThread(
      nullptr, 0, [](void*) -> DWORD { return RtWaitForMultipleObjects(2, handles, FALSE, INFINITE); }, nullptr, 0,
      &id);
  await_blocked(static_cast<pid_t>(id));

  EXPECT_TRUE(RtTerminateThread(thread, 8));
  EXPECT_EQ(join(thread), 8u);
  set_event(event);

  EXPECT_TRUE(is_set(event)) << "there was no waiter to take it";
  EXPECT_TRUE(release_mutex(mutex));
  EXPECT_TRUE(is_free(mutex));
}

// At whatever moment it comes: the object works on, and what the thread owned is abandoned or free.
TEST_F(Terminate, AtRandomMomentsInsideTheLibraryLeavesTheObjectsSound) {
  const HANDLE mutex = create_mutex(nullptr, FALSE);
  const HANDLE semaphore = create_semaphore(nullptr, 0, 1);
  constexpr int kRounds = 300;
  int abandoned = 0;
  static HANDLE handles[2];
  handles[0] = mutex;
  handles[1] = semaphore;
  static std::atomic<bool> stop;
  stop = false;
  const HANDLE rival = start_thread([](void*) -> DWORD {  // makes the other's calls slow ones
    while (!stop) {
      RtReleaseSemaphore(handles[1], 1, nullptr);
      RtWaitForMultipleObjects(2, handles, FALSE, 1);
      RtReleaseMutex(handles[0]);
    }
    return 0;
  });
  for (int i = 0; i < kRounds; ++i) {
    static std::atomic<int> turns;
    turns = 0;
    const HANDLE thread = start_thread([](void*) -> DWORD {
      for (;;) {
        RtWaitForSingleObject(handles[0], INFINITE);
        ++turns;
        RtReleaseSemaphore(handles[1], 1, nullptr);
        RtReleaseMutex(handles[0]);
      }
    });
    await("it turns", [] { return turns > 3; });
    for (int spin = 0; spin < (i % 50) * 20; ++spin) asm volatile("");
    ASSERT_TRUE(RtTerminateThread(thread, 5));
    ASSERT_EQ(join(thread), 5u);
    const DWORD taken = wait_one(mutex, INFINITE);
    ASSERT_TRUE(taken == WAIT_OBJECT_0 || taken == WAIT_ABANDONED) << taken;
    if (taken == WAIT_ABANDONED) ++abandoned;
    ASSERT_TRUE(release_mutex(mutex));
  }
  stop = true;
  join(rival);
  RecordProperty("abandoned", abandoned);
}

TEST_F(Terminate, OfOneselfRunsNothingMore) {
  static std::atomic<bool> went_on;
  went_on = false;
  const HANDLE mutex = create_mutex(nullptr, FALSE);
  const HANDLE thread = start_thread(
      [](void* m) -> DWORD {
        RtWaitForSingleObject(m, INFINITE);
        RtTerminateThread(RtGetCurrentThread(), 6);
        went_on = true;
        return 0;
      },
      mutex);

  EXPECT_EQ(join(thread), 6u);
  EXPECT_FALSE(went_on);
  EXPECT_EQ(wait_one(mutex, INFINITE), WAIT_ABANDONED);
  release_mutex(mutex);
}

TEST_F(Terminate, OfAnotherThreadWhileOthersWaitForItWakesThemAll) {
  static Counter counter;
  static HANDLE victim;
  victim = start_thread(Counter::run, &counter);
  HANDLE watchers[3];
  DWORD ids[3];
  for (int i = 0; i < 3; ++i) {
    watchers[i] = RtCreateThread(
        nullptr, 0, [](void*) -> DWORD { return RtWaitForSingleObject(victim, INFINITE); }, nullptr, 0, &ids[i]);
  }
  for (const DWORD id : ids) await_blocked(static_cast<pid_t>(id));

  EXPECT_TRUE(RtTerminateThread(victim, 0));

  for (const HANDLE watcher : watchers) EXPECT_EQ(join(watcher), WAIT_OBJECT_0);
  join(victim);
}

}  // namespace
}  // namespace rtss::test
