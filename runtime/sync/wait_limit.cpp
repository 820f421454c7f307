#include "runtime/sync/wait_limit.h"

#include "platform/clock.h"

namespace rtss::runtime {

namespace {
constexpr std::uint64_t kGraceNs = 250'000'000;
}

platform::Deadline WaitLimit::deadline() {
  if (!is_known_) {
    is_known_ = true;
    deadline_ = platform::Deadline::after(timeout_);
    lock_deadline_ = deadline_.later_by(kGraceNs);
  }
  return deadline_;
}

platform::Deadline WaitLimit::lock_deadline() {
  deadline();
  return lock_deadline_;
}

void WaitLimit::note_progress() {
  const auto anew = platform::Deadline::at(platform::monotonic_ns() + kGraceNs);
  if (anew.ns() > lock_deadline_.ns()) lock_deadline_ = anew;
}

}  // namespace rtss::runtime
