// RtResumeThread serves threads, and the processes that were started suspended.
#include <rtapi/thread.h>

#include "rtapi/src/translate.h"
#include "runtime/services/child.h"
#include "runtime/services/task_control.h"

using namespace rtss;

DWORD RtResumeThread(HANDLE hThread) {
  constexpr DWORD kFailed = 0xFFFFFFFF;
  std::uint32_t previous = 0;
  runtime::Status status = runtime::resume_thread(rtapi::thread_handle(hThread), &previous);
  if (status == runtime::Status::kInvalidHandle) {
    status = runtime::resume_child(rtapi::thread_handle(hThread), &previous);
  }
  return rtapi::win32_result(status) != FALSE ? previous : kFailed;
}
