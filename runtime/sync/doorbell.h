// Telling this process's reaper, or another's, to look again.
#pragma once

#include "runtime/segment/layout.h"

namespace rtss::runtime {

// Has that process's reaper look again.
void ring_doorbell(ProcessRecord& process);

// Has the calling process's reaper watch the owner of a mutex that is waited for: the end of the owner's process would
// tell it a moment later. The first time a system call, then two loads. A slot is forgotten when its thread is gone.
void watch_owner(const SegmentView& view, std::uint32_t thread_slot);

}  // namespace rtss::runtime
