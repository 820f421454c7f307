// Shared-memory objects: a file of its own for each, beside the namespace's, named by a number in the segment and
// removed with the object, also by the sweep. Not for real-time paths: files are made, mapped and removed.
#pragma once

#include "runtime/object.h"

namespace rtss::runtime {

// Needs the namespace lock: part of ending the object.
void remove_memory_file(const SegmentView& view, std::uint32_t slot);

// Unmaps this process's views of an object it has no handle to any more.
void forget_views(const ObjectRef& ref);

}  // namespace rtss::runtime
