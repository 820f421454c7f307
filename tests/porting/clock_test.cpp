// Clocks: their epoch, their steps, and sleeping.
#include <time.h>

#include "tests/support/api_test.h"

namespace rtss::test {
namespace {

constexpr CLOCK kClocks[] = {CLOCK_1, CLOCK_2, CLOCK_3, CLOCK_4, CLOCK_FASTEST};
constexpr LONGLONG kSecond = 10'000'000;

LONGLONG read(CLOCK clock) {
  LARGE_INTEGER time{};
  EXPECT_TRUE(RtGetClockTime(clock, &time));
  return time.QuadPart;
}

LONGLONG utc() { return time(nullptr) * kSecond + 116'444'736'000'000'000; }

class Clock : public ApiTest {};

TEST_F(Clock, CountsHundredNanosecondsSince1601) {
  for (const CLOCK clock : kClocks) {
    const LONGLONG before = utc();
    const LONGLONG now = read(clock);
    EXPECT_GE(now, before - 5 * kSecond) << clock;
    EXPECT_LE(now, utc() + 5 * kSecond) << clock;
  }
}

TEST_F(Clock, GoesOn) {
  for (const CLOCK clock : kClocks) {
    const LONGLONG before = read(clock);
    RtSleep(5);
    EXPECT_GE(read(clock) - before, clock == CLOCK_1 ? 0 : 50'000);
  }
}

TEST_F(Clock, IsTheSameInEveryProcess) {
  ProcessPeer peer;
  const LONGLONG before = read(CLOCK_FASTEST);
  const LONGLONG there = peer.call([] { return read(CLOCK_FASTEST); });

  EXPECT_LE(before, there);
  EXPECT_LE(there, read(CLOCK_FASTEST));
}

TEST_F(Clock, IsSetForEveryProcessAndDisturbsNoWait) {
  ProcessPeer peer;
  const HANDLE event = create_event(nullptr, FALSE, FALSE);
  const LONGLONG now = read(CLOCK_2);
  LARGE_INTEGER later{};
  later.QuadPart = now + 3600 * kSecond;

  EXPECT_TRUE(RtSetClockTime(CLOCK_2, &later));
  EXPECT_GE(peer.call([] { return read(CLOCK_3); }), later.QuadPart);
  EXPECT_EQ(wait_one(event, 10), WAIT_TIMEOUT);
  EXPECT_LT(read(CLOCK_1), now + 1800 * kSecond) << "the machine's clock is not touched";

  later.QuadPart = now;
  EXPECT_TRUE(RtSetClockTime(CLOCK_FASTEST, &later));
}

TEST_F(Clock, ReportsPlausiblePeriods) {
  for (const CLOCK clock : kClocks) {
    LARGE_INTEGER period{};
    LARGE_INTEGER resolution{};
    EXPECT_TRUE(RtGetClockTimerPeriod(clock, &period));
    EXPECT_TRUE(RtGetClockResolution(clock, &resolution));
    EXPECT_EQ(period.QuadPart, 1000);
    EXPECT_EQ(resolution.QuadPart, clock == CLOCK_1 ? 10000 : 10);
  }
}

TEST_F(Clock, CounterAndFrequencyAgreeWithIt) {
  LARGE_INTEGER frequency{};
  LARGE_INTEGER start{};
  LARGE_INTEGER end{};
  ASSERT_TRUE(RtQueryPerformanceFrequency(&frequency));
  ASSERT_GT(frequency.QuadPart, 0);
  ASSERT_TRUE(RtQueryPerformanceCounter(&start));
  const LONGLONG from = read(CLOCK_FASTEST);
  RtSleep(20);
  const LONGLONG to = read(CLOCK_FASTEST);
  ASSERT_TRUE(RtQueryPerformanceCounter(&end));

  EXPECT_GE((end.QuadPart - start.QuadPart) * kSecond / frequency.QuadPart, to - from);
}

TEST_F(Clock, FileTimeIsTheSystemClock) {
  FILETIME time{};
  const LONGLONG before = read(CLOCK_1);
  RtGetRtssTimeAsFileTime(&time);

  EXPECT_GE(static_cast<LONGLONG>(static_cast<ULONGLONG>(time.dwHighDateTime) << 32 | time.dwLowDateTime), before);
  SetLastError(kUntouchedError);
  RtSetRtssTimeAsFileTime(&time);
  EXPECT_EQ(GetLastError(), ERROR_NOT_SUPPORTED);
}

TEST_F(Clock, SleepsAreNeverShort) {
  const auto slept = [](auto sleep) {
    const LONGLONG from = read(CLOCK_FASTEST);
    sleep();
    return read(CLOCK_FASTEST) - from;
  };

  for (int i = 0; i < 20; ++i) {
    EXPECT_GE(slept([] { RtSleep(1); }), 10'000);
    EXPECT_GE(slept([] { RtSleepEx(2, TRUE); }), 20'000);
    EXPECT_GE(slept([] {
                LARGE_INTEGER duration{};
                duration.QuadPart = 5'000;
                RtSleepFt(&duration);
              }),
              5'000);
  }
  RtSleep(0);
  LARGE_INTEGER none{};
  EXPECT_EQ(RtSleepFtEx(&none, FALSE), 0u);
}

TEST_F(Clock, RefusesBadArguments) {
  LARGE_INTEGER number{};
  LARGE_INTEGER negative{};
  negative.QuadPart = -1;
  for (const CLOCK none : {CLOCK{0}, CLOCK{5}, CLOCK{0xFFFE}}) {
    EXPECT_FAILS(RtGetClockTime(none, &number), FALSE, ERROR_INVALID_PARAMETER);
    EXPECT_FAILS(RtSetClockTime(none, &number), FALSE, ERROR_INVALID_PARAMETER);
    EXPECT_FAILS(RtGetClockResolution(none, &number), FALSE, ERROR_INVALID_PARAMETER);
    EXPECT_FAILS(RtGetClockTimerPeriod(none, &number), FALSE, ERROR_INVALID_PARAMETER);
  }
  EXPECT_FAILS(RtGetClockTime(CLOCK_1, nullptr), FALSE, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtSetClockTime(CLOCK_2, nullptr), FALSE, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtSetClockTime(CLOCK_2, &negative), FALSE, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtSetClockTime(CLOCK_1, &number), FALSE, ERROR_NOT_SUPPORTED);
  EXPECT_FAILS(RtQueryPerformanceCounter(nullptr), FALSE, ERROR_INVALID_PARAMETER);
  EXPECT_FAILS(RtQueryPerformanceFrequency(nullptr), FALSE, ERROR_INVALID_PARAMETER);
  SetLastError(kUntouchedError);
  RtSleepFt(&negative);
  EXPECT_EQ(GetLastError(), ERROR_INVALID_PARAMETER);
}

}  // namespace
}  // namespace rtss::test
