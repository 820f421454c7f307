// Each thread's last error.
#pragma once

#include <rtapi/types.h>

namespace rtss::rtapi {

// initial-exec: one load relative to the thread pointer, never a call that might allocate.
extern thread_local constinit DWORD last_error [[gnu::tls_model("initial-exec")]];

}  // namespace rtss::rtapi
