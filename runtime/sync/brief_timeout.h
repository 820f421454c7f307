// How long a thread waits for a lock where no stopped process may hold it up: a sweep, and what waits and releases do
// for others. docs/protocol.md, section 4, says what becomes of the work.
#pragma once

#include "platform/deadline.h"

namespace rtss::runtime {

inline platform::Deadline brief_timeout() {
  constexpr std::uint64_t kNs = 1'000'000;
  return platform::Deadline::after(platform::Timeout::nanoseconds(kNs));
}

}  // namespace rtss::runtime
