// [P]: the PI lock of one thread's boost record.
#pragma once

#include "platform/deadline.h"
#include "runtime/segment/layout.h"

namespace rtss::runtime {

// A dead holder may have moved a donation half-way: then the donations are counted anew from the mutexes.
class PiLock {
 public:
  PiLock(const SegmentView& view, ThreadRecord& thread, platform::Deadline deadline = platform::Deadline::never());
  ~PiLock() {
    if (held_) thread_.pi_lock.unlock();
  }
  PiLock(const PiLock&) = delete;
  PiLock& operator=(const PiLock&) = delete;
  [[nodiscard]] bool is_held() const { return held_; }

 private:
  ThreadRecord& thread_;
  bool held_;
};

}  // namespace rtss::runtime
