// Memory that is there: allocated locked and touched, or made so afterwards.
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/segment/status.h"

namespace rtss::runtime {

// Zero-filled pages. kNoMemory: none left, or the user may not lock so much.
Status allocate_locked(std::size_t bytes, void** memory);
Status free_locked(void* memory);  // kInvalidParameter: not from allocate_locked()
std::uint64_t locked_bytes();      // allocated at present
std::uint64_t available_bytes();   // what the machine has left

Status lock_process();  // all of it, now and later
void unlock_process();
Status prepare_stack(std::size_t bytes);  // below the caller's frame, as far as the stack reaches
Status prepare_heap(std::size_t bytes);

}  // namespace rtss::runtime
