// The end of timers: deleted from anywhere, once, while their routine runs, waits, or has ended its thread.
#include "tests/porting/timers.h"
#include "tests/support/rounds.h"

namespace rtss::test {
namespace {

class Timer : public ApiTest {};

TEST_F(Timer, DeletesItselfFromItsOwnRoutine) {
  static Log log;
  log.calls = 0;
  static std::atomic<BOOL> deleted;
  deleted = FALSE;
  log.timer = create(
      [](void*) {
        deleted = RtDeleteTimer(log.timer);
        ++log.calls;
      },
      nullptr);
  LARGE_INTEGER in = units(kMs);

  EXPECT_TRUE(RtSetTimerRelative(log.timer, &in, &in));
  log.await_calls(1);
  RtSleep(20);

  EXPECT_TRUE(deleted);
  EXPECT_EQ(log.calls, 1);
  EXPECT_FAILS(RtDeleteTimer(log.timer), FALSE, ERROR_INVALID_HANDLE);
}

TEST_F(Timer, IsDeletedOnceAndClosingDeletesToo) {
  Log log;
  const HANDLE deleted = create(Log::note, &log);
  EXPECT_TRUE(RtDeleteTimer(deleted));
  EXPECT_FAILS(RtDeleteTimer(deleted), FALSE, ERROR_INVALID_HANDLE);
  EXPECT_FAILS(RtCloseHandle(deleted), FALSE, ERROR_INVALID_HANDLE);

  const HANDLE closed = create(Log::note, &log);
  LARGE_INTEGER in = units(kMs);
  EXPECT_TRUE(RtSetTimerRelative(closed, &in, &in));
  log.await_calls(1);
  EXPECT_TRUE(RtCloseHandle(closed));
  const int calls = log.calls;
  RtSleep(20);
  EXPECT_EQ(log.calls, calls);
  EXPECT_FAILS(RtDeleteTimer(closed), FALSE, ERROR_INVALID_HANDLE);
}

TEST_F(Timer, DeletedWhileItsRoutineRunsIsGoneWhenTheRoutineHasEnded) {
  struct Shared {
    std::atomic<bool> inside{false};
    std::atomic<bool> done{false};
  } shared;
  const HANDLE timer = create(
      [](void* p) {
        auto& self = *static_cast<Shared*>(p);
        self.inside = true;
        RtSleep(10);
        self.done = true;
      },
      &shared);
  LARGE_INTEGER now = units(0);
  EXPECT_TRUE(RtSetTimerRelative(timer, &now, nullptr));
  await("the routine runs", [&] { return shared.inside.load(); });

  EXPECT_TRUE(RtDeleteTimer(timer));

  EXPECT_TRUE(shared.done);
}

TEST_F(Timer, DeletedWhileItsRoutineWaitsDoesNotWaitForIt) {
  static HANDLE gate;
  static std::atomic<int> passed;
  passed = 0;
  gate = create_event(nullptr, TRUE, FALSE);
  const HANDLE timer = create(
      [](void*) {
        RtWaitForSingleObject(gate, INFINITE);
        ++passed;
      },
      nullptr);
  LARGE_INTEGER now = units(0);
  EXPECT_TRUE(RtSetTimerRelative(timer, &now, nullptr));
  await("the routine waits", [] { return blocked_threads(getpid()) == 1; });

  EXPECT_TRUE(RtDeleteTimer(timer));
  EXPECT_EQ(passed, 0);
  set_event(gate);

  await("the routine ends", [] { return passed == 1; });
}

TEST_F(Timer, WhoseRoutineEndsItsThreadCallsNoMoreAndIsDeletedAsUsual) {
  Log log;
  const HANDLE timer = create(
      [](void* p) {
        ++static_cast<Log*>(p)->calls;
        RtExitThread(3);
      },
      &log);
  LARGE_INTEGER in = units(kMs);
  EXPECT_TRUE(RtSetTimerRelative(timer, &in, &in));
  log.await_calls(1);
  RtSleep(20);

  EXPECT_TRUE(RtSetTimerRelative(timer, &in, &in));
  EXPECT_TRUE(RtCancelTimer(timer, nullptr));
  EXPECT_TRUE(RtDeleteTimer(timer));
  EXPECT_EQ(log.calls, 1);
}

TEST_F(Timer, WhoseRoutineSuspendsItselfIsDeletedAsUsual) {
  Log log;
  const HANDLE timer = create(
      [](void* p) {
        ++static_cast<Log*>(p)->calls;
        RtSuspendThread(RtGetCurrentThread());
      },
      &log);
  LARGE_INTEGER now = units(0);
  EXPECT_TRUE(RtSetTimerRelative(timer, &now, nullptr));
  log.await_calls(1);

  EXPECT_TRUE(RtDeleteTimer(timer));
  EXPECT_FAILS(RtDeleteTimer(timer), FALSE, ERROR_INVALID_HANDLE);
}

TEST_F(Timer, DeletedByTwoAtOnceIsDeletedByOne) {
  static std::atomic<HANDLE> timer;
  static std::atomic<std::uint32_t> tried;
  arena().words[0] = 0;
  tried = 0;
  const HANDLE rival = start_thread([](void*) -> DWORD {
    DWORD deleted = 0;
    for (std::uint32_t round = 1; follow_round(0, round); tried = round++) {
      if (RtDeleteTimer(timer)) ++deleted;
    }
    return deleted;
  });
  Log log;
  LARGE_INTEGER soon = units(100);
  DWORD deleted = 0;
  Rounds rounds(200);
  while (rounds.next()) {
    timer = create(Log::note, &log);
    EXPECT_TRUE(RtSetTimerRelative(timer, &soon, &soon));
    call_round(0, rounds.round());
    if (RtDeleteTimer(timer)) ++deleted;
    await("the rival has tried", [&] { return tried == rounds.round(); });
  }
  call_end(0);
  EXPECT_EQ(join(rival) + deleted, rounds.round());
}

TEST_F(Timer, IsDeletedFromTheRoutineOfAnother) {
  Log log;
  static HANDLE victim;
  victim = create(Log::note, &log);
  LARGE_INTEGER in = units(kMs);
  EXPECT_TRUE(RtSetTimerRelative(victim, &in, &in));
  Log other;
  const HANDLE timer = create(
      [](void* p) {
        if (RtDeleteTimer(victim)) ++static_cast<Log*>(p)->calls;
      },
      &other);
  log.await_calls(1);
  EXPECT_TRUE(RtSetTimerRelative(timer, &in, &in));
  other.await_calls(1);
  const int calls = log.calls;
  RtSleep(20);

  EXPECT_EQ(log.calls, calls);
  EXPECT_EQ(other.calls, 1);
  EXPECT_TRUE(RtDeleteTimer(timer));
}

}  // namespace
}  // namespace rtss::test
