#include "rtapi/src/last_error.h"

#include <rtapi/error.h>

namespace rtss::rtapi {

thread_local constinit DWORD last_error [[gnu::tls_model("initial-exec")]] = ERROR_SUCCESS;

}  // namespace rtss::rtapi

DWORD RtGetLastError() { return rtss::rtapi::last_error; }

void RtSetLastError(DWORD dwErrCode) { rtss::rtapi::last_error = dwErrCode; }
