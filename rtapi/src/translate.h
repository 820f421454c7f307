// Arguments on their way to the runtime and outcomes on their way back. Inline, because the uncontended wait and
// release go through here.
#pragma once

#include <rtapi/types.h>

#include <cstdint>

#include "rtapi/src/last_error.h"
#include "rtapi/src/status_map.h"
#include "runtime/runtime.h"
#include "runtime/segment/types.h"

namespace rtss::rtapi {

// The two uncontended calls begin a cache line: measured, up to a fifth of their time depends on where they begin.
inline constexpr std::size_t kCacheLine = 64;

inline constexpr std::intptr_t kCurrentProcess = -1;
inline constexpr std::intptr_t kCurrentThread = -2;

// Without the two bits that Windows ignores, too.
inline std::uint64_t handle_value(HANDLE handle) {
  constexpr std::uint64_t kIgnoredBits = 3;
  return reinterpret_cast<std::uintptr_t>(handle) & ~kIgnoredBits;
}

// Whatever cannot be a handle becomes kNoHandle, which the runtime refuses.
inline runtime::Handle runtime_handle(HANDLE handle) {
  const std::uint64_t value = handle_value(handle);
  return value > INT32_MAX ? runtime::kNoHandle : static_cast<runtime::Handle>(value);
}

inline bool is_current_process(HANDLE handle) { return reinterpret_cast<std::intptr_t>(handle) == kCurrentProcess; }

// A thread's handle, or the pseudo-handle of the calling one.
inline runtime::Handle thread_handle(HANDLE handle) {
  return reinterpret_cast<std::intptr_t>(handle) == kCurrentThread ? runtime::kCurrentThread : runtime_handle(handle);
}

inline HANDLE win32_handle(runtime::Handle handle) {
  return reinterpret_cast<HANDLE>(static_cast<std::uintptr_t>(handle));  // NOLINT(performance-no-int-to-ptr)
}

inline platform::Timeout timeout_from_ms(DWORD milliseconds) {
  constexpr std::uint64_t kNsPerMs = 1'000'000;
  return milliseconds == INFINITE ? platform::Timeout::never()
                                  : platform::Timeout::nanoseconds(milliseconds * kNsPerMs);
}

inline platform::Timeout timeout_from_100ns(const ULARGE_INTEGER& timeout) {
  constexpr std::uint64_t kNsPerUnit = 100;
  constexpr std::uint64_t kMax = UINT64_MAX;
  const std::uint64_t units = timeout.QuadPart;
  if (units == kMax) return platform::Timeout::never();
  return platform::Timeout::nanoseconds(units > kMax / kNsPerUnit ? kMax : units * kNsPerUnit);
}

inline BOOL win32_result(runtime::Status status) {
  if (status == runtime::Status::kOk) [[likely]]
    return TRUE;
  last_error = win32_error(status);
  return FALSE;
}

// For a create or open, which sets the last error when it succeeds, too.
inline HANDLE win32_result(const runtime::Opened& opened) {
  last_error = win32_error(opened.status);
  const bool has_handle = opened.status == runtime::Status::kOk || opened.status == runtime::Status::kAlreadyExists;
  return has_handle ? win32_handle(opened.handle) : nullptr;
}

inline DWORD win32_result(const runtime::WaitOutcome& outcome) {
  using Kind = runtime::WaitOutcome::Kind;
  switch (outcome.kind) {
    case Kind::kSatisfied:
      return WAIT_OBJECT_0 + outcome.index;
    case Kind::kSatisfiedAbandoned:
      return WAIT_ABANDONED_0 + outcome.index;
    case Kind::kTimeout:
      return WAIT_TIMEOUT;
    case Kind::kFailed:
      break;
  }
  last_error = win32_error(outcome.status);
  return WAIT_FAILED;
}

}  // namespace rtss::rtapi
