// Telling this process's reaper, or another's, to look again.
#pragma once

#include "runtime/segment/layout.h"

namespace rtss::runtime {

// Has that process's reaper look again.
void ring_doorbell(ProcessRecord& process);

// Has the calling process's reaper watch a thread: the owner of a mutex that one of its own threads waits for, or a
// thread whose end is waited for. The first time a system call, then two loads. A slot is forgotten when its thread is
// gone.
void watch_thread(const SegmentView& view, std::uint32_t thread_slot);

}  // namespace rtss::runtime
