// Timers: never early, no drift, one call for what fell due meanwhile; set and cancelled from anywhere.
#include <cstdlib>
#include <memory>

#include "tests/porting/timers.h"

namespace rtss::test {
namespace {

class Timer : public ApiTest {};

TEST_F(Timer, ExpiresOnceWithoutAnInterval) {
  Log log(4);
  const HANDLE timer = create(Log::note, &log);
  LARGE_INTEGER in = units(2 * kMs);
  const std::int64_t set_at = now_ns();

  EXPECT_TRUE(RtSetTimerRelative(timer, &in, nullptr));
  log.await_calls(1);
  RtSleep(20);

  EXPECT_EQ(log.calls, 1);
  EXPECT_GE(log.times[0] - set_at, 2'000'000);
  EXPECT_FALSE(state_of(timer).Set);
  EXPECT_TRUE(RtDeleteTimer(timer));
}

// A moment known to within a fraction of the periods below: taken again when the thread was interrupted meanwhile.
constexpr std::int64_t kTight = 20'000;
template <class Call>
std::int64_t at_the_time_of(Call call) {
  for (;;) {
    const std::int64_t before = now_ns();
    call();
    if (now_ns() - before < kTight) return before;
  }
}

ULONGLONG periods_passed(HANDLE timer) {
  const RTSS_TIMER_STATE state = state_of(timer);
  return state.Expiries + state.Overruns;
}

// How far the next expiry is from its place on the schedule, which began at `set_at`.
std::int64_t drift(HANDLE timer, std::int64_t set_at, std::int64_t period_ns) {
  for (;;) {
    LARGE_INTEGER left = units(0);
    const ULONGLONG passed = periods_passed(timer);
    const std::int64_t asked_at = at_the_time_of([&] { RtGetTimer(timer, &left); });
    if (left.QuadPart == 0 || periods_passed(timer) != passed) continue;  // due this moment
    return asked_at + left.QuadPart * 100 - (set_at + static_cast<std::int64_t>(passed + 1) * period_ns);
  }
}

// Expiry n is never before first + n * period, and however late single calls are, the next expiry stays on the
// schedule.
TEST_F(Timer, IsNeverEarlyAndDoesNotDriftOverTenThousandPeriods) {
  const char* const scale = std::getenv("RTSS_TEST_SCALE");
  const int periods = 10'000 * (scale != nullptr ? std::atoi(scale) : 1);
  constexpr std::int64_t kPeriodNs = 200'000;
  std::unique_ptr<Log> log;
  HANDLE timer = nullptr;
  LARGE_INTEGER period = units(kPeriodNs / 100);
  std::int64_t set_at = 0;
  do {  // until the moment of setting is known closely; a timer set at another moment is another timer
    if (timer != nullptr) RtDeleteTimer(timer);
    log = std::make_unique<Log>(periods);
    timer = create(Log::note, log.get());
    set_at = now_ns();
    RtSetTimerRelative(timer, &period, &period);
  } while (now_ns() - set_at >= kTight);

  for (int goal = 1000; goal <= periods; goal += 1000) {
    const Awaiting awaiting("a thousand periods pass");
    while (periods_passed(timer) < static_cast<ULONGLONG>(goal)) RtSleep(10);
    EXPECT_LT(std::abs(drift(timer, set_at, kPeriodNs)), kTight + 200) << "after " << goal << " periods";
  }
  EXPECT_TRUE(RtDeleteTimer(timer));

  std::int64_t due = set_at + kPeriodNs;
  for (const std::int64_t time : log->times) {
    ASSERT_GE(time, due);
    due += kPeriodNs;
  }
}

TEST_F(Timer, CountsAllPeriodsAsExpiriesOrOverruns) {
  Log log;
  const HANDLE timer = create(
      [](void* p) {
        static_cast<Log*>(p)->calls++;
        RtSleep(5);  // several periods long
      },
      &log);
  LARGE_INTEGER period = units(kMs);
  const std::int64_t set_at = now_ns();

  EXPECT_TRUE(RtSetTimerRelative(timer, &period, &period));
  log.await_calls(10);
  EXPECT_TRUE(RtCancelTimer(timer, nullptr));
  const RTSS_TIMER_STATE state = state_of(timer);
  const std::int64_t passed = (now_ns() - set_at) / 1'000'000;

  EXPECT_GT(state.Overruns, state.Expiries) << "what fell due during a call is one call";
  EXPECT_LE(static_cast<std::int64_t>(state.Expiries + state.Overruns), passed);
  EXPECT_TRUE(RtDeleteTimer(timer));
}

TEST_F(Timer, NegativeExpirationIsRelativeAndPositiveIsATimeOfTheClock) {
  Log log(2);
  const HANDLE timer = create(Log::note, &log);
  LARGE_INTEGER relative = units(-3 * kMs);
  const std::int64_t set_at = now_ns();
  EXPECT_TRUE(RtSetTimer(timer, &relative, nullptr));
  log.await_calls(1);
  EXPECT_GE(log.times[0] - set_at, 3'000'000);

  LARGE_INTEGER absolute;
  RtGetClockTime(CLOCK_FASTEST, &absolute);
  absolute.QuadPart += 3 * kMs;
  EXPECT_TRUE(RtSetTimer(timer, &absolute, nullptr));
  log.await_calls(2);
  LARGE_INTEGER now;
  RtGetClockTime(CLOCK_FASTEST, &now);
  EXPECT_GE(now.QuadPart, absolute.QuadPart);

  LARGE_INTEGER past = units(1);
  EXPECT_TRUE(RtSetTimer(timer, &past, nullptr));
  log.await_calls(3);
  EXPECT_TRUE(RtDeleteTimer(timer));
}

TEST_F(Timer, SetTwiceInARowObeysTheSecond) {
  Log log;
  const HANDLE timer = create(Log::note, &log);
  LARGE_INTEGER hour = units(36'000'000'000);
  LARGE_INTEGER soon = units(kMs);

  EXPECT_TRUE(RtSetTimerRelative(timer, &hour, &hour));
  EXPECT_TRUE(RtSetTimerRelative(timer, &soon, nullptr));
  log.await_calls(1);

  EXPECT_TRUE(RtSetTimerRelative(timer, &soon, &soon));
  EXPECT_TRUE(RtSetTimerRelative(timer, &hour, nullptr));
  LARGE_INTEGER left;
  EXPECT_TRUE(RtGetTimer(timer, &left));
  EXPECT_GT(left.QuadPart, 35'000'000'000);
  EXPECT_LE(left.QuadPart, hour.QuadPart);
  EXPECT_TRUE(RtDeleteTimer(timer));
}

TEST_F(Timer, CancelTellsWhatWasLeft) {
  Log log;
  const HANDLE timer = create(Log::note, &log);
  LARGE_INTEGER hour = units(36'000'000'000);
  LARGE_INTEGER left = units(-1);

  EXPECT_TRUE(RtSetTimerRelative(timer, &hour, nullptr));
  EXPECT_TRUE(RtCancelTimer(timer, &left));
  EXPECT_GT(left.QuadPart, 35'000'000'000);
  EXPECT_LE(left.QuadPart, hour.QuadPart);
  EXPECT_TRUE(RtCancelTimer(timer, &left)) << "cancelling again does not fail";
  EXPECT_EQ(left.QuadPart, 0);
  EXPECT_TRUE(RtDeleteTimer(timer));
}

TEST_F(Timer, CancelledBeginsNoFurtherCall) {
  Log log;
  const HANDLE timer = create(Log::note, &log);
  LARGE_INTEGER in = units(5 * kMs);

  EXPECT_TRUE(RtSetTimerRelative(timer, &in, &in));
  log.await_calls(1);
  EXPECT_TRUE(RtCancelTimer(timer, nullptr));
  const int calls = log.calls;
  RtSleep(50);  // ten periods

  EXPECT_LE(log.calls, calls + 1) << "only a call that had begun goes on";
  EXPECT_TRUE(RtDeleteTimer(timer));
}

TEST_F(Timer, OneShotIsSetAgainFromItsOwnRoutine) {
  static Log log;
  log.calls = 0;
  log.timer = create(
      [](void*) {
        LARGE_INTEGER in = units(kMs);
        if (++log.calls < 5) RtSetTimerRelative(log.timer, &in, nullptr);
      },
      nullptr);
  LARGE_INTEGER in = units(kMs);

  EXPECT_TRUE(RtSetTimerRelative(log.timer, &in, nullptr));
  log.await_calls(5);
  RtSleep(10);

  EXPECT_EQ(log.calls, 5);
  EXPECT_TRUE(RtDeleteTimer(log.timer));
}

TEST_F(Timer, PeriodicIsCancelledFromItsOwnRoutine) {
  static Log log;
  log.calls = 0;
  log.timer = create(
      [](void*) {
        if (++log.calls == 3) RtCancelTimer(log.timer, nullptr);
      },
      nullptr);
  LARGE_INTEGER in = units(kMs);

  EXPECT_TRUE(RtSetTimerRelative(log.timer, &in, &in));
  log.await_calls(3);
  RtSleep(20);

  EXPECT_EQ(log.calls, 3);
  EXPECT_TRUE(RtDeleteTimer(log.timer));
}

TEST_F(Timer, RunsAtItsLevel) {
  static std::atomic<int> level;
  level = -1;
  const HANDLE timer = create([](void*) { level = RtGetThreadPriority(RtGetCurrentThread()); }, nullptr, 77);
  LARGE_INTEGER now = units(0);

  EXPECT_TRUE(RtSetTimerRelative(timer, &now, nullptr));
  await("the routine runs", [] { return level != -1; });

  EXPECT_EQ(level, 77);
  EXPECT_TRUE(RtDeleteTimer(timer));
}

TEST_F(Timer, RunsWhereItsMaskAllows) {
  static std::atomic<int> processor;
  processor = -1;
  const HANDLE timer = RtCreateTimerEx(
      nullptr, 65536, [](void*) { processor = static_cast<int>(RtGetCurrentProcessorNumber()); }, nullptr, 1, CLOCK_2,
      1);
  LARGE_INTEGER now = units(0);
  ASSERT_NE(timer, nullptr);

  EXPECT_TRUE(RtSetTimerRelative(timer, &now, nullptr));
  await("the routine runs", [] { return processor != -1; });

  EXPECT_EQ(processor, 0);
  EXPECT_TRUE(RtDeleteTimer(timer));
}

TEST_F(Timer, WaitOnItsHandleEndsOnlyByTimeOut) {
  Log log;
  const HANDLE timer = create(Log::note, &log);
  LARGE_INTEGER in = units(kMs);
  RtSetTimerRelative(timer, &in, &in);
  log.await_calls(2);

  EXPECT_EQ(RtWaitForSingleObject(timer, 20), WAIT_TIMEOUT);

  EXPECT_TRUE(RtDeleteTimer(timer));
}

TEST_F(Timer, RefusesBadArguments) {
  Log log;
  LARGE_INTEGER one = units(1);
  LARGE_INTEGER negative = units(-1);
  LARGE_INTEGER left;
  const HANDLE event = create_event(nullptr, FALSE, FALSE);
  const HANDLE timer = create(Log::note, &log);

  EXPECT_FAILS(RtCreateTimer(nullptr, 0, nullptr, nullptr, 0, CLOCK_2), nullptr, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtCreateTimer(nullptr, 0, Log::note, nullptr, 128, CLOCK_2), nullptr, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtCreateTimer(nullptr, 0, Log::note, nullptr, 0, 0), nullptr, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtCreateTimer(nullptr, 0, Log::note, nullptr, 0, 5), nullptr, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtCreateTimerEx(nullptr, 0, Log::note, nullptr, 0, CLOCK_2, KAFFINITY{1} << 63), nullptr,
               ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtSetTimerRelative(timer, nullptr, nullptr), FALSE, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtSetTimerRelative(timer, &negative, nullptr), FALSE, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtSetTimerRelative(timer, &one, &negative), FALSE, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtSetTimer(timer, nullptr, &one), FALSE, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtSetTimer(timer, &one, &negative), FALSE, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtGetTimer(timer, nullptr), FALSE, ERROR_INVALID_PARAMETER);
  for (const HANDLE bad : {static_cast<HANDLE>(nullptr), event}) {
    EXPECT_FAILS(RtSetTimer(bad, &one, nullptr), FALSE, ERROR_INVALID_HANDLE);
    EXPECT_FAILS(RtSetTimerRelative(bad, &one, nullptr), FALSE, ERROR_INVALID_HANDLE);
    EXPECT_FAILS(RtCancelTimer(bad, nullptr), FALSE, ERROR_INVALID_HANDLE);
    EXPECT_FAILS(RtGetTimer(bad, &left), FALSE, ERROR_INVALID_HANDLE);
    EXPECT_FAILS(RtDeleteTimer(bad), FALSE, ERROR_INVALID_HANDLE);
  }
  EXPECT_EQ(log.calls, 0);
  EXPECT_TRUE(RtDeleteTimer(timer));
  EXPECT_FAILS(RtCreateWaitableTimerA(nullptr, FALSE, "W"), nullptr, ERROR_NOT_SUPPORTED);
  EXPECT_FAILS(RtCreateWaitableTimerW(nullptr, FALSE, L"W"), nullptr, ERROR_NOT_SUPPORTED);
}

TEST_F(Timer, FarFutureAndHugeIntervalsAreNoMistake) {
  Log log;
  const HANDLE timer = create(Log::note, &log);
  LARGE_INTEGER most = units(INT64_MAX);
  LARGE_INTEGER least = units(INT64_MIN);

  EXPECT_TRUE(RtSetTimer(timer, &most, &most));
  EXPECT_TRUE(RtSetTimer(timer, &least, &most));
  EXPECT_TRUE(RtSetTimerRelative(timer, &most, &most));
  LARGE_INTEGER now = units(0);
  EXPECT_TRUE(RtSetTimerRelative(timer, &now, &most));
  log.await_calls(1);
  RtSleep(10);

  EXPECT_EQ(log.calls, 1);
  EXPECT_TRUE(RtDeleteTimer(timer));
}

}  // namespace
}  // namespace rtss::test
