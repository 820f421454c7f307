// CLOCK_MONOTONIC in nanoseconds. coarse_ns() is a few nanoseconds to read and up to 5 ms old.
#pragma once

#include <cstdint>

namespace rtss::platform {

std::uint64_t monotonic_ns();
std::uint64_t coarse_ns();

}  // namespace rtss::platform
