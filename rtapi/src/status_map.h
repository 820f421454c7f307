// The one place that knows which Win32 code stands for which outcome of the runtime.
#pragma once

#include <rtapi/types.h>

#include "runtime/segment/status.h"

namespace rtss::rtapi {

DWORD win32_error(runtime::Status status);

}  // namespace rtss::rtapi
