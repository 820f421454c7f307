// Taking a signaled object without its lock.
#pragma once

#include "runtime/segment/object.h"

namespace rtss::runtime {

// What a thread without the lock found when it tried to take an object.
enum class Take : std::uint8_t {
  kTaken,
  kTakenAbandoned,
  kNotSignaled,
  kNeedsLock,  // signaled, but a slow operation is under way or waiters are queued
  kStale,      // the slot has another occupant
  kRecursionLimit,
};

Take try_take(ThreadRecord& thread, Identity who, Object& object, std::uint32_t generation);

}  // namespace rtss::runtime
