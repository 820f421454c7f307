// How long a thread waits for a lock where no stopped process may hold it up. docs/protocol.md, section 4, says what
// becomes of the work.
#pragma once

#include "platform/deadline.h"

namespace rtss::runtime {

// A sweep, and what waits and releases do for others after their unlock.
inline platform::Deadline brief_timeout() {
  constexpr std::uint64_t kNs = 1'000'000;
  return platform::Deadline::after(platform::Timeout::nanoseconds(kNs));
}

// A thread that needs one more lock than those of its operation: a wait-all's member, a walk's, a donation's, a closed
// object's.
inline platform::Deadline further_lock_timeout() {
  constexpr std::uint64_t kNs = 10'000'000;
  return platform::Deadline::after(platform::Timeout::nanoseconds(kNs));
}

}  // namespace rtss::runtime
