// What a reaper does for the levels of its own process's threads.
#pragma once

#include "runtime/segment/layout.h"

namespace rtss::runtime {

// Makes the changes to the process's threads that another process was refused. Once each.
void apply_refused(const SegmentView& view, Identity process);

// Reads the bases of the process's threads that follow the kernel and keep a thread waiting, and makes the donations
// that are due because one has fallen. False: there is no such thread, and no system call was made.
bool follow_owners(const SegmentView& view, Identity process);

}  // namespace rtss::runtime
