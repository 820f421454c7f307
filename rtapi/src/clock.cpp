// Nothing here may be noexcept: a cancelled thread unwinds through the sleeps.
#include "platform/clock.h"

#include <rtapi/clock.h>
#include <rtapi/error.h>
#include <sched.h>

#include "rtapi/src/clocks.h"
#include "rtapi/src/filetime.h"
#include "rtapi/src/translate.h"
#include "runtime/services/namespace_clock.h"

namespace rtss::rtapi {
namespace {

constexpr LONGLONG kTimerPeriod = 1000;             // 100 us
constexpr LONGLONG kSystemClockResolution = 10000;  // 1 ms
constexpr LONGLONG kFastClockResolution = 10;       // 1 us
constexpr LONGLONG kCountsPerSecond = 10'000'000;

BOOL refuse(runtime::Status status = runtime::Status::kInvalidParameter) { return win32_result(status); }

void sleep_for(std::uint64_t ns) {
  if (ns == 0) {
    sched_yield();
    return;
  }
  const std::uint64_t now = platform::monotonic_ns();
  constexpr std::uint64_t kLatest = INT64_MAX;
  platform::sleep_until(ns < kLatest - now ? now + ns : kLatest);
}

}  // namespace
}  // namespace rtss::rtapi

using namespace rtss;

BOOL RtGetClockTime(CLOCK Clock, PLARGE_INTEGER pTime) {
  if (!rtapi::is_clock(Clock) || pTime == nullptr) return rtapi::refuse();
  std::int64_t ns = 0;
  runtime::Status status = runtime::Status::kOk;
  if (Clock == CLOCK_1)
    ns = runtime::system_clock_ns();
  else
    status = runtime::read_namespace_clock(&ns);
  if (status == runtime::Status::kOk) pTime->QuadPart = rtapi::units_since_1601(ns);
  return rtapi::win32_result(status);
}

BOOL RtSetClockTime(CLOCK Clock, PLARGE_INTEGER pTime) {
  if (!rtapi::is_clock(Clock) || pTime == nullptr || pTime->QuadPart < 0) return rtapi::refuse();
  if (Clock == CLOCK_1) return rtapi::refuse(runtime::Status::kNotSupported);
  return rtapi::win32_result(runtime::set_namespace_clock(rtapi::ns_since_1970(pTime->QuadPart)));
}

BOOL RtGetClockResolution(CLOCK Clock, PLARGE_INTEGER pResolution) {
  if (!rtapi::is_clock(Clock) || pResolution == nullptr) return rtapi::refuse();
  pResolution->QuadPart = Clock == CLOCK_1 ? rtapi::kSystemClockResolution : rtapi::kFastClockResolution;
  return TRUE;
}

BOOL RtGetClockTimerPeriod(CLOCK Clock, PLARGE_INTEGER pPeriod) {
  if (!rtapi::is_clock(Clock) || pPeriod == nullptr) return rtapi::refuse();
  pPeriod->QuadPart = rtapi::kTimerPeriod;
  return TRUE;
}

VOID RtGetRtssTimeAsFileTime(LPFILETIME lpTime) {
  if (lpTime != nullptr) *lpTime = rtapi::filetime(rtapi::units_since_1601(runtime::system_clock_ns()));
}

VOID RtSetRtssTimeAsFileTime(LPFILETIME) { rtapi::refuse(runtime::Status::kNotSupported); }

BOOL RtQueryPerformanceCounter(PLARGE_INTEGER lpPerformanceCount) {
  if (lpPerformanceCount == nullptr) return rtapi::refuse();
  lpPerformanceCount->QuadPart = static_cast<LONGLONG>(platform::monotonic_ns()) / rtapi::kNsPerTick;
  return TRUE;
}

BOOL RtQueryPerformanceFrequency(PLARGE_INTEGER lpFrequency) {
  if (lpFrequency == nullptr) return rtapi::refuse();
  lpFrequency->QuadPart = rtapi::kCountsPerSecond;
  return TRUE;
}

VOID RtSleep(DWORD dwMilliseconds) {
  constexpr std::uint64_t kNsPerMs = 1'000'000;
  const bool for_ever = dwMilliseconds == INFINITE;
  do {  // NOLINT(bugprone-infinite-loop): it is meant to be one
    rtapi::sleep_for(dwMilliseconds * kNsPerMs);
  } while (for_ever);
}

DWORD RtSleepEx(DWORD dwMilliseconds, BOOL) {
  RtSleep(dwMilliseconds);
  return 0;
}

VOID RtSleepFt(PLARGE_INTEGER pDuration) {
  if (pDuration == nullptr || pDuration->QuadPart < 0)
    rtapi::refuse();
  else
    rtapi::sleep_for(rtapi::duration_ns(pDuration->QuadPart));
}

ULONG RtSleepFtEx(PLARGE_INTEGER pDuration, BOOL) {
  RtSleepFt(pDuration);
  return 0;
}
