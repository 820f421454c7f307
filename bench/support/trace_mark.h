// The kernel's trace, stopped where a sample ends the measurement, with a marker as its last entry.
#pragma once

#include <cstdint>
#include <string>

namespace rtss::bench {

// For this process and children made later. Empty: done; otherwise why not. What is traced, and since when, is the
// user's to say.
std::string open_trace();

// Marks and stops the trace, if one is open. Allocates nothing.
void stop_trace(std::uint64_t picoseconds, std::uint64_t limit_picoseconds) noexcept;

}  // namespace rtss::bench
