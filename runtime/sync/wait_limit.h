// How long a wait may take, and how long it may wait for a lock that its holder does not let go of.
#pragma once

#include "platform/deadline.h"

namespace rtss::runtime {

class WaitLimit {
 public:
  explicit WaitLimit(platform::Timeout timeout) : timeout_(timeout) {}

  [[nodiscard]] bool is_poll() const { return timeout_.is_poll(); }
  platform::Deadline deadline();       // the clock is read when that first matters
  platform::Deadline lock_deadline();  // of a lock whose holder makes no progress: docs/protocol.md, section 4
  void note_progress();                // of that holder: the grace starts anew

 private:
  platform::Timeout timeout_;
  bool is_known_ = false;
  platform::Deadline deadline_ = platform::Deadline::never();
  platform::Deadline lock_deadline_ = platform::Deadline::never();
};

}  // namespace rtss::runtime
