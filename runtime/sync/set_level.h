// Levels that a thread asks for, through the API.
#pragma once

#include "runtime/sync/thread_state.h"

namespace rtss::runtime {

// Base level of a thread, the caller or another one that may be waiting: its place in queues and the owners it waits
// for follow. Lowering is put off while the thread owns a mutex. kInvalidHandle: that thread has ended.
Status set_level(const SegmentView& view, const ThreadState& self, Identity thread, int level);
int own_level(const SegmentView& view, const ThreadState& self);

}  // namespace rtss::runtime
