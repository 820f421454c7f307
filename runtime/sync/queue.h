// An object's queue of wait blocks: highest key first, then first come (W3). Links are a cache of the blocks' words;
// when one is found broken the queue is rebuilt from them. All functions need the object lock.
#pragma once

#include "runtime/segment/layout.h"

namespace rtss::runtime::queue {

void insert(const SegmentView& view, Object& object, BlockRef ref);  // by its key and ticket
void remove(const SegmentView& view, Object& object, BlockRef ref);
void rebuild(const SegmentView& view, Object& object);  // links, next ticket and all_hint

inline bool is_empty(const Object& object) { return object.head.load(std::memory_order_relaxed) == kNoSlot; }
priority::Key top_key(const SegmentView& view, const Object& object);  // 0 when empty

}  // namespace rtss::runtime::queue
