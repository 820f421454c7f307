// One helper thread per attached process. It holds the process's life lock, sleeps on the life words of the next
// processes in the ring of slots and of the threads its own threads wait for, and sweeps when one of them is marked. It
// takes no thread slot.
#pragma once

#include "platform/shared_file.h"
#include "runtime/segment/segment.h"
#include "runtime/segment/status.h"

namespace rtss::runtime {

struct StartedReaper {
  Status status;  // kRetry: the file was removed while the process attached; start over
  Identity process;
};

// Sweeps what the dead left, registers this process and stays. Returns when the process is registered.
StartedReaper start_reaper(const SegmentView& view, const MappedSegment& segment);

}  // namespace rtss::runtime
