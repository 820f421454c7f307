// Attaching this process to its namespace, and registering its threads.
#pragma once

#include "runtime/sync/thread_state.h"

namespace rtss::runtime {

// Attaches the process and registers the calling thread, if that has not happened yet. Opens files and starts the
// reaper the first time: not real-time. Real-time threads make their first call before their loop.
Status enter_slow(ThreadState& self);
inline Status enter(ThreadState& self) { return is_registered(self) ? Status::kOk : enter_slow(self); }

}  // namespace rtss::runtime
