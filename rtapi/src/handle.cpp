#include <rtapi/handle.h>

#include "rtapi/src/translate.h"
#include "runtime/services/shutdown.h"
#include "runtime/services/timer.h"

using namespace rtss;

BOOL RtCloseHandle(HANDLE hObject) {
  const runtime::Handle handle = rtapi::runtime_handle(hObject);
  // Two kinds of handle stand for more than a reference to an object.
  for (const auto end : {runtime::delete_timer, runtime::release_shutdown_handler}) {
    if (const runtime::Status status = end(handle); status != runtime::Status::kInvalidHandle) {
      return rtapi::win32_result(status);
    }
  }
  return rtapi::win32_result(runtime::close(handle));
}

BOOL RtssPin(HANDLE hObject, BOOL bPinned) {
  return rtapi::win32_result(runtime::pin(rtapi::runtime_handle(hObject), bPinned != FALSE));
}
