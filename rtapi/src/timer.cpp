#include "runtime/services/timer.h"

#include <rtapi/error.h>
#include <rtapi/thread.h>
#include <rtapi/timer.h>

#include "platform/clock.h"
#include "rtapi/src/clocks.h"
#include "rtapi/src/filetime.h"
#include "rtapi/src/named.h"
#include "rtapi/src/translate.h"
#include "runtime/services/namespace_clock.h"

namespace rtss::rtapi {
namespace {

using runtime::Status;

constexpr std::uint64_t kLatestNs = INT64_MAX;

std::uint64_t due_after(LONGLONG units) {
  const std::uint64_t now = platform::monotonic_ns();
  const std::uint64_t ns = duration_ns(units);
  return ns < kLatestNs - now ? now + ns : kLatestNs;
}

// A time on the timer's clock, as CLOCK_MONOTONIC.
Status due_at(CLOCK clock, LONGLONG units, std::uint64_t* due_ns) {
  std::int64_t offset = 0;
  if (clock == CLOCK_1) {
    offset = runtime::system_clock_ns() - static_cast<std::int64_t>(platform::monotonic_ns());
  } else if (const Status status = runtime::namespace_clock_offset(&offset); status != Status::kOk) {
    return status;
  }
  const std::int64_t ns = ns_since_1970(units);
  *due_ns = ns > offset ? static_cast<std::uint64_t>(ns) - static_cast<std::uint64_t>(offset) : 0;
  return Status::kOk;
}

BOOL set(HANDLE handle, std::uint64_t due_ns, const LARGE_INTEGER* interval) {
  const LONGLONG period = interval != nullptr ? interval->QuadPart : 0;
  return win32_result(runtime::set_timer(runtime_handle(handle), due_ns, duration_ns(period)));
}

// The order of checks is one for all: the handle, then the numbers.
bool is_refused(HANDLE handle, bool is_valid, CLOCK* clock) {
  const Status found = runtime::timer_tag(runtime_handle(handle), clock);
  const Status status = found != Status::kOk || is_valid ? found : Status::kInvalidParameter;
  return win32_result(status) == FALSE;
}

bool is_interval(const LARGE_INTEGER* interval) { return interval == nullptr || interval->QuadPart >= 0; }

HANDLE refuse_waitable() { return win32_result(runtime::Opened{Status::kNotSupported, {}}); }

}  // namespace

extern "C" {
HANDLE create_waitable_timer_w16(LPSECURITY_ATTRIBUTES, BOOL, const char16_t*)
    RTAPI_EXPORT_AS("RtCreateWaitableTimerW");
HANDLE create_waitable_timer_w32(LPSECURITY_ATTRIBUTES, BOOL, const char32_t*)
    RTAPI_EXPORT_AS("RtCreateWaitableTimerW32");
HANDLE open_waitable_timer_w16(DWORD, BOOL, const char16_t*) RTAPI_EXPORT_AS("RtOpenWaitableTimerW");
HANDLE open_waitable_timer_w32(DWORD, BOOL, const char32_t*) RTAPI_EXPORT_AS("RtOpenWaitableTimerW32");
}

HANDLE create_waitable_timer_w16(LPSECURITY_ATTRIBUTES, BOOL, const char16_t*) { return refuse_waitable(); }
HANDLE create_waitable_timer_w32(LPSECURITY_ATTRIBUTES, BOOL, const char32_t*) { return refuse_waitable(); }
HANDLE open_waitable_timer_w16(DWORD, BOOL, const char16_t*) { return refuse_waitable(); }
HANDLE open_waitable_timer_w32(DWORD, BOOL, const char32_t*) { return refuse_waitable(); }

}  // namespace rtss::rtapi

using namespace rtss;

HANDLE RtCreateTimer(PSECURITY_ATTRIBUTES pThreadAttributes, ULONG StackSize, PRT_TIMER_ROUTINE Routine, PVOID Context,
                     ULONG Priority, CLOCK Clock) {
  return RtCreateTimerEx(pThreadAttributes, StackSize, Routine, Context, Priority, Clock, 0);
}

HANDLE RtCreateTimerEx(PSECURITY_ATTRIBUTES, ULONG StackSize, PRT_TIMER_ROUTINE Routine, PVOID Context, ULONG Priority,
                       CLOCK Clock, KAFFINITY ProcessorEnableMask) {
  if (Routine == nullptr || Priority > RT_PRIORITY_MAX || !rtapi::is_clock(Clock)) {
    return rtapi::win32_result(runtime::Opened{runtime::Status::kInvalidParameter, {}});
  }
  return rtapi::win32_result(runtime::create_timer({.routine = Routine,
                                                    .context = Context,
                                                    .stack_bytes = StackSize,
                                                    .level = static_cast<int>(Priority),
                                                    .processors = ~ProcessorEnableMask == 0 ? 0 : ProcessorEnableMask,
                                                    .tag = Clock}));
}

BOOL RtSetTimer(HANDLE hTimer, PLARGE_INTEGER pExpiration, PLARGE_INTEGER pInterval) {
  CLOCK clock = 0;
  if (rtapi::is_refused(hTimer, pExpiration != nullptr && rtapi::is_interval(pInterval), &clock)) return FALSE;
  const LONGLONG expiration = pExpiration->QuadPart;
  if (expiration < 0)
    return rtapi::set(hTimer, rtapi::due_after(expiration == INT64_MIN ? INT64_MAX : -expiration), pInterval);
  std::uint64_t due_ns = 0;
  const runtime::Status status = rtapi::due_at(clock, expiration, &due_ns);
  return status == runtime::Status::kOk ? rtapi::set(hTimer, due_ns, pInterval) : rtapi::win32_result(status);
}

BOOL RtSetTimerRelative(HANDLE hTimer, PLARGE_INTEGER pExpiration, PLARGE_INTEGER pInterval) {
  CLOCK clock = 0;
  const bool is_valid = pExpiration != nullptr && pExpiration->QuadPart >= 0 && rtapi::is_interval(pInterval);
  if (rtapi::is_refused(hTimer, is_valid, &clock)) return FALSE;
  return rtapi::set(hTimer, rtapi::due_after(pExpiration->QuadPart), pInterval);
}

BOOL RtCancelTimer(HANDLE hTimer, PLARGE_INTEGER pTimeRemaining) {
  std::uint64_t remaining_ns = 0;
  const runtime::Status status = runtime::cancel_timer(rtapi::runtime_handle(hTimer), &remaining_ns);
  if (status == runtime::Status::kOk && pTimeRemaining != nullptr) {
    pTimeRemaining->QuadPart = static_cast<LONGLONG>(remaining_ns) / rtapi::kNsPerTick;
  }
  return rtapi::win32_result(status);
}

BOOL RtGetTimer(HANDLE hTimer, PLARGE_INTEGER pTimeRemaining) {
  CLOCK clock = 0;
  if (rtapi::is_refused(hTimer, pTimeRemaining != nullptr, &clock)) return FALSE;
  std::uint64_t remaining_ns = 0;
  const runtime::Status status = runtime::query_timer(rtapi::runtime_handle(hTimer), &remaining_ns);
  if (status == runtime::Status::kOk)
    pTimeRemaining->QuadPart = static_cast<LONGLONG>(remaining_ns) / rtapi::kNsPerTick;
  return rtapi::win32_result(status);
}

BOOL RtDeleteTimer(HANDLE hTimer) { return rtapi::win32_result(runtime::delete_timer(rtapi::runtime_handle(hTimer))); }

BOOL RtssQueryTimer(HANDLE hTimer, PRTSS_TIMER_STATE pState) {
  return rtapi::query(hTimer, pState, runtime::query_timer_record, [](const runtime::TimerRecord& record) {
    return RTSS_TIMER_STATE{.Size = sizeof(RTSS_TIMER_STATE),
                            .Set = record.set ? TRUE : FALSE,
                            .Expiries = record.expiries,
                            .Overruns = record.overruns};
  });
}

HANDLE RtCreateWaitableTimerA(LPSECURITY_ATTRIBUTES, BOOL, LPCSTR) { return rtapi::refuse_waitable(); }
HANDLE RtOpenWaitableTimerA(DWORD, BOOL, LPCSTR) { return rtapi::refuse_waitable(); }

BOOL RtSetWaitableTimer(HANDLE, CONST LARGE_INTEGER*, LONG, PTIMERAPCROUTINE, LPVOID, BOOL) {
  return rtapi::win32_result(runtime::Status::kNotSupported);
}
BOOL RtCancelWaitableTimer(HANDLE) { return rtapi::win32_result(runtime::Status::kNotSupported); }
