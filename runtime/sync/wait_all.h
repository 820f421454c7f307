// Wait-all: nothing is taken until everything can be taken at once. Only the holder of the all-lock may hold several
// object locks; any order is then safe, because single lockers never wait for a second object while they hold one.
#pragma once

#include <span>

#include "platform/deadline.h"
#include "runtime/segment/object.h"
#include "runtime/segment/types.h"
#include "runtime/sync/thread_state.h"

namespace rtss::runtime {

WaitOutcome wait_all(const SegmentView& view, ThreadState& self, std::span<const ObjectRef> objects,
                     platform::Timeout timeout);

}  // namespace rtss::runtime
