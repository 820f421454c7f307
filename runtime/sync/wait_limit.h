// How long a wait may take, and how long it may wait for a lock that its holder does not let go of.
#pragma once

#include "platform/deadline.h"

namespace rtss::runtime {

class WaitLimit {
 public:
  explicit WaitLimit(platform::Timeout timeout) : timeout_(timeout) {}

  [[nodiscard]] bool is_poll() const { return timeout_.is_poll(); }
  [[nodiscard]] bool is_never() const { return timeout_.is_never(); }
  platform::Deadline deadline();  // the clock is read when that first matters
  // For a lock that is asked for now: the deadline, but not before a holder without progress has had a grace
  // (docs/protocol.md, section 4). A wait grants it once.
  platform::Deadline lock_deadline();
  void end_grace() { grace_is_over_ = true; }

 private:
  void learn_deadline(std::uint64_t now_ns);

  platform::Timeout timeout_;
  bool is_known_ = false;
  bool grace_is_over_ = false;
  platform::Deadline deadline_ = platform::Deadline::never();
};

}  // namespace rtss::runtime
