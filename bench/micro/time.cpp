// Clocks, timers and sleeps.
#include "bench/micro/register.h"

namespace rtss::bench {
namespace {

constexpr LONGLONG kHour = 36'000'000'000;

void RTFCNDCL do_nothing(void* /*context*/) {}

HANDLE timer() { return made(RtCreateTimer(nullptr, 0, do_nothing, nullptr, RT_PRIORITY_MIN, CLOCK_2)); }
HANDLE running_timer() {
  const HANDLE handle = timer();
  LARGE_INTEGER due;
  due.QuadPart = kHour;
  expect(RtSetTimerRelative(handle, &due, nullptr));
  return handle;
}
void delete_timer(HANDLE handle) { expect(RtDeleteTimer(handle)); }

[[maybe_unused]] const Calls kTime = {
    call("RtGetClockTime, CLOCK_1",
         [] {
           LARGE_INTEGER time;
           expect(RtGetClockTime(CLOCK_1, &time));
         }),
    call("RtGetClockTime, CLOCK_2",
         [] {
           LARGE_INTEGER time;
           expect(RtGetClockTime(CLOCK_2, &time));
         }),
    call("RtSetClockTime",
         [] {
           LARGE_INTEGER time;
           expect(RtGetClockTime(CLOCK_2, &time));
           expect(RtSetClockTime(CLOCK_2, &time));
         }),
    call("RtGetClockResolution",
         [] {
           LARGE_INTEGER resolution;
           expect(RtGetClockResolution(CLOCK_2, &resolution));
         }),
    call("RtGetClockTimerPeriod",
         [] {
           LARGE_INTEGER period;
           expect(RtGetClockTimerPeriod(CLOCK_2, &period));
         }),
    call("RtGetRtssTimeAsFileTime",
         [] {
           FILETIME time;
           RtGetRtssTimeAsFileTime(&time);
         }),
    call("RtQueryPerformanceCounter",
         [] {
           LARGE_INTEGER count;
           expect(RtQueryPerformanceCounter(&count));
         }),
    call("RtQueryPerformanceFrequency",
         [] {
           LARGE_INTEGER frequency;
           expect(RtQueryPerformanceFrequency(&frequency));
         }),
    call("RtSleep of 0", [] { RtSleep(0); }),
    call("RtSleepEx of 0", [] { RtSleepEx(0, FALSE); }),
    call("RtSleepFt of 1 us",
         [] {
           LARGE_INTEGER duration;
           duration.QuadPart = 10;
           RtSleepFt(&duration);
         }),
    call("RtSleepFtEx of 1 us",
         [] {
           LARGE_INTEGER duration;
           duration.QuadPart = 10;
           RtSleepFtEx(&duration, FALSE);
         }),
    call("RtCreateTimer, RtDeleteTimer", [] { delete_timer(timer()); }),
    call("RtCreateTimerEx, RtDeleteTimer",
         [] { delete_timer(made(RtCreateTimerEx(nullptr, 0, do_nothing, nullptr, RT_PRIORITY_MIN, CLOCK_2, 1))); }),
    call(
        "RtSetTimer, RtCancelTimer", timer,
        [](HANDLE handle) {
          LARGE_INTEGER due;
          due.QuadPart = -kHour;
          expect(RtSetTimer(handle, &due, nullptr));
          expect(RtCancelTimer(handle, nullptr));
        },
        delete_timer),
    call(
        "RtSetTimerRelative of a timer that is set", running_timer,
        [](HANDLE handle) {
          LARGE_INTEGER due;
          due.QuadPart = kHour;
          expect(RtSetTimerRelative(handle, &due, nullptr));
        },
        delete_timer),
    call(
        "RtGetTimer", running_timer,
        [](HANDLE handle) {
          LARGE_INTEGER remaining;
          expect(RtGetTimer(handle, &remaining));
        },
        delete_timer),
    call(
        "RtssQueryTimer", running_timer,
        [](HANDLE handle) {
          RTSS_TIMER_STATE state{};
          state.Size = sizeof(state);
          expect(RtssQueryTimer(handle, &state));
        },
        delete_timer),
};

}  // namespace
}  // namespace rtss::bench
