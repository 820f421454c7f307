// The time of day as a namespace counts it: CLOCK_MONOTONIC plus an offset in the segment, the same for all processes.
// Never jumps, unless it is set.
#pragma once

#include <cstdint>

#include "runtime/segment/status.h"

namespace rtss::runtime {

// Nanoseconds since 1970 fit 64 bits signed; those since 1601 do not fit for long, so the epoch is 1970.
Status read_namespace_clock(std::int64_t* ns);
Status set_namespace_clock(std::int64_t ns);
// What to add to CLOCK_MONOTONIC.
Status namespace_clock_offset(std::int64_t* ns);

std::int64_t system_clock_ns();  // CLOCK_REALTIME

}  // namespace rtss::runtime
