#include "runtime/sync/wait_limit.h"

#include <algorithm>

#include "platform/clock.h"

namespace rtss::runtime {

namespace {
constexpr std::uint64_t kGraceNs = 250'000'000;
}

void WaitLimit::learn_deadline(std::uint64_t now_ns) {
  if (is_known_) return;
  is_known_ = true;
  deadline_ = platform::Deadline::at(now_ns).later_by(timeout_.ns());
}

platform::Deadline WaitLimit::deadline() {
  if (!timeout_.is_never() && !is_known_) learn_deadline(platform::monotonic_ns());
  return deadline_;
}

platform::Deadline WaitLimit::lock_deadline() {
  if (timeout_.is_never() || grace_is_over_) return deadline();
  const std::uint64_t now_ns = platform::monotonic_ns();
  learn_deadline(now_ns);
  return platform::Deadline::at(std::max(deadline_.ns(), now_ns + kGraceNs));
}

}  // namespace rtss::runtime
