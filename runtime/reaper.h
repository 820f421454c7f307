// One helper thread per attached process. It holds the process's life lock, sleeps on the life words of the next
// processes in the ring of slots and of the threads its own threads wait for, and sweeps when one of them is marked. It
// takes no thread slot.
#pragma once

#include "runtime/platform/shared_file.h"
#include "runtime/segment.h"
#include "runtime/status.h"

namespace rtss::runtime {

// Has that process's reaper look again.
void ring_doorbell(ProcessRecord& process);

// Has the calling process's reaper watch the owner of a mutex that is waited for: the end of the owner's process would
// tell it a moment later. The first time a system call, then two loads. A slot is forgotten when its thread is gone.
void watch_owner(const SegmentView& view, std::uint32_t thread_slot);

struct StartedReaper {
  Status status;  // kNotFound: the file was removed while the process attached; start over
  Identity process;
};

// Sweeps what the dead left, registers this process and stays. Returns when the process is registered.
StartedReaper start_reaper(const SegmentView& view, const MappedSegment& segment);

}  // namespace rtss::runtime
