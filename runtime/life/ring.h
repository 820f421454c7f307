// The ring of process slots: each reaper sleeps on the death notices of the next live processes.
//
// The kernel wakes one sleeper of a marked word. So a process holds several robust words: its listeners spread over
// them, and one that is stopped, or dying itself, does not keep the news from the others.
#pragma once

#include <array>
#include <span>

#include "platform/futex.h"
#include "runtime/segment/layout.h"

namespace rtss::runtime {

// What one sleep of a reaper watches.
class Watches {
 public:
  void add(const platform::FutexWatch& watch) {
    if (count_ != watches_.size()) watches_[count_++] = watch;
  }
  // False: the word names no thread.
  bool add_life(platform::RobustLock& life);
  [[nodiscard]] std::span<const platform::FutexWatch> all() const { return {watches_.data(), count_}; }

 private:
  std::size_t count_ = 0;
  std::array<platform::FutexWatch, platform::kMaxFutexWatches> watches_;
};

// Arranges for a wake when the thread that a life word names is gone. False: it names none.
bool watch_life(platform::RobustLock& life, platform::FutexWatch* watch);

// Watches the processes after `own`. True if one of them is dead already.
bool watch_ring(const SegmentView& view, std::uint32_t own, Watches& watches);

// Has the reapers before `slot` look at their ring again: a process has come there or gone.
void ring_watchers_of(const SegmentView& view, std::uint32_t slot);

// Marks a process whose reaper is gone though the kernel did not mark it. System calls, and a file of /proc.
void cross_check(ProcessRecord& process);
void cross_check_ring(const SegmentView& view, std::uint32_t own);

}  // namespace rtss::runtime
