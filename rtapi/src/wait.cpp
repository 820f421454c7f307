// Nothing here may be noexcept: a cancelled thread unwinds through these calls.
#include <rtapi/wait.h>

#include <algorithm>
#include <array>
#include <span>

#include "platform/clock.h"
#include "rtapi/src/translate.h"
#include "runtime/fast_path.h"

namespace rtss::rtapi {
namespace {

static_assert(MAX_WFMO == runtime::kMaxWaitObjects);

DWORD failed_wait(runtime::Status status) {
  return win32_result(runtime::WaitOutcome{runtime::WaitOutcome::Kind::kFailed, status, 0});
}

DWORD wait_many(DWORD count, const HANDLE* handles, BOOL wait_all, platform::Timeout timeout) {
  if (count == 0 || count > MAX_WFMO || handles == nullptr) return failed_wait(runtime::Status::kInvalidParameter);
  std::array<runtime::Handle, MAX_WFMO> converted;
  std::transform(handles, handles + count, converted.begin(), runtime_handle);
  const auto kind = wait_all != FALSE ? runtime::WaitKind::kAll : runtime::WaitKind::kAny;
  return win32_result(runtime::wait_many(std::span(converted.data(), count), kind, timeout));
}

bool is_pseudo_handle(HANDLE handle) {
  const auto value = reinterpret_cast<std::intptr_t>(handle);
  return value == kCurrentProcess || value == kCurrentThread;
}

// The caller's own thread and process do not end while it waits.
DWORD wait_in_vain(platform::Timeout timeout) {
  if (!timeout.is_poll()) platform::sleep_until(platform::Deadline::after(timeout).ns());
  return WAIT_TIMEOUT;
}

// Apart, so that what is left of the calls is their fast path.
[[gnu::noinline]] DWORD wait_one(HANDLE handle, platform::Timeout timeout) {
  if (is_pseudo_handle(handle)) return wait_in_vain(timeout);
  return win32_result(runtime::wait_one(runtime_handle(handle), timeout));
}

}  // namespace
}  // namespace rtss::rtapi

using namespace rtss;

[[gnu::aligned(rtapi::kCacheLine)]] DWORD RtWaitForSingleObject(HANDLE hHandle, DWORD dwMilliseconds) {
  if (runtime::take_at_once(rtapi::handle_value(hHandle))) [[likely]]
    return WAIT_OBJECT_0;
  return rtapi::wait_one(hHandle, rtapi::timeout_from_ms(dwMilliseconds));
}

DWORD RtWaitForSingleObjectEx(HANDLE hHandle, PULARGE_INTEGER lpTimeout) {
  if (lpTimeout == nullptr) return rtapi::failed_wait(runtime::Status::kInvalidParameter);
  return rtapi::wait_one(hHandle, rtapi::timeout_from_100ns(*lpTimeout));
}

DWORD RtWaitForMultipleObjects(DWORD dwCount, CONST HANDLE* lpHandles, BOOL bWaitAll, DWORD dwMilliseconds) {
  return rtapi::wait_many(dwCount, lpHandles, bWaitAll, rtapi::timeout_from_ms(dwMilliseconds));
}

DWORD RtWaitForMultipleObjectsEx(DWORD dwCount, CONST HANDLE* lpHandles, BOOL bWaitAll, PULARGE_INTEGER lpTimeout) {
  if (lpTimeout == nullptr) return rtapi::failed_wait(runtime::Status::kInvalidParameter);
  return rtapi::wait_many(dwCount, lpHandles, bWaitAll, rtapi::timeout_from_100ns(*lpTimeout));
}
