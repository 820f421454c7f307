// The part of the segment that is in this process's memory: the slots handed out so far, by any process, and some more.
//
// A thread meets slots of other processes on wait and release paths: a waiter's record and blocks, a mutex further
// along a chain. Such a path must not fault, so every process maps slots before they are handed out.
#pragma once

#include "runtime/segment/layout.h"

namespace rtss::runtime {

// Populates what is wanted, for the reaper that is being started: it finds little left to do.
void populate_slots(const SegmentView& view);

// For a reaper: maps the chunks that are wanted now and not mapped yet, and says so in its process's record.
void map_slots(const SegmentView& view, ProcessRecord& own);

// For a thread that is about to take the namespace lock to hand out a slot of `pool`. Where that is in the second half
// of a chunk it has each living process map the next chunk, and waits until all have, or 0.1 s; once for each chunk.
void await_mapped(const SegmentView& view, Pool pool);

}  // namespace rtss::runtime
