// One operation under way: which namespace, which thread, and what it puts off until it holds no lock.
#pragma once

#include "platform/counter.h"
#include "platform/deadline.h"
#include "runtime/sync/deferred_work.h"
#include "runtime/sync/lock_timeouts.h"
#include "runtime/sync/thread_state.h"

namespace rtss::runtime {

class Operation {
 public:
  // self is null for a reaper, which has no thread slot.
  Operation(const SegmentView& view, const ThreadState* self) : view_(view), self_(self) {}
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;

  [[nodiscard]] const SegmentView& view() const { return view_; }
  [[nodiscard]] const ThreadState* self() const { return self_; }
  [[nodiscard]] ThreadRecord* record() const { return self_ != nullptr ? self_->record : nullptr; }

  // How long it may wait for a lock beside those of the object that it works on.
  [[nodiscard]] platform::Deadline lock_timeout() const {
    return self_ != nullptr ? further_lock_timeout() : brief_timeout();
  }
  // The namespace's counter, read at most once for each object lock: a release and the grant that it makes have one
  // time.
  [[nodiscard]] std::uint64_t now_ns() {
    if (now_ns_ == 0) now_ns_ = platform::counter_ns(view_.counter_scale);
    return now_ns_;
  }
  // A lock was not waited for any longer, and what it protects is as it was: try again later.
  void note_stuck_lock() { met_stuck_lock_ = true; }
  [[nodiscard]] bool met_stuck_lock() const { return met_stuck_lock_; }
  // The same, of an object with RECHECK or ORPHAN, or a block at an old key: the process's reaper goes on with it.
  void leave_to_reaper();

  DeferredWork deferred;

 protected:
  void forget_now() { now_ns_ = 0; }

 private:
  const SegmentView& view_;
  const ThreadState* self_;
  std::uint64_t now_ns_ = 0;
  bool met_stuck_lock_ = false;
};

}  // namespace rtss::runtime
