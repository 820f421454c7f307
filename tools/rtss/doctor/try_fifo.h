#pragma once

namespace rtss::tool {

// The errno of asking for SCHED_FIFO at this priority in a thread of its own; 0: granted.
int try_fifo(int linux_priority);

}  // namespace rtss::tool
