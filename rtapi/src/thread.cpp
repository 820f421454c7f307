#include <rtapi/thread.h>

#include "rtapi/src/translate.h"

using namespace rtss;

// NOLINTNEXTLINE(performance-no-int-to-ptr)
HANDLE RtGetCurrentThread() { return reinterpret_cast<HANDLE>(rtapi::kCurrentThread); }

BOOL RtSetThreadPriority(HANDLE hThread, int nPriority) {
  if (hThread != RtGetCurrentThread()) return rtapi::win32_result(runtime::Status::kInvalidHandle);
  if (nPriority < RT_PRIORITY_MIN || nPriority > RT_PRIORITY_MAX) {
    return rtapi::win32_result(runtime::Status::kInvalidParameter);
  }
  return rtapi::win32_result(runtime::set_current_thread_level(nPriority));
}

int RtGetThreadPriority(HANDLE hThread) {
  int level = THREAD_PRIORITY_ERROR_RETURN;
  const auto status =
      hThread == RtGetCurrentThread() ? runtime::get_current_thread_level(&level) : runtime::Status::kInvalidHandle;
  return rtapi::win32_result(status) != FALSE ? level : THREAD_PRIORITY_ERROR_RETURN;
}
