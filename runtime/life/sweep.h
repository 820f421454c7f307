// The sweep: everything a dead thread or process left behind is given back, handed on or freed. Idempotent: a sweeper
// may die too, and the next one starts over. Only the holder of a dead slot's life lock sweeps it.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <span>

#include "platform/futex.h"
#include "runtime/life/ring.h"
#include "runtime/sync/thread_state.h"

namespace rtss::runtime {

// One per reaper: remembers which dead slots it has taken but could not finish.
class Sweeper {
 public:
  explicit Sweeper(const SegmentView& view) : view_(view) {}

  enum class Pass : std::uint8_t {
    kQuiet,    // nothing was dead
    kDone,     // all of the dead is swept
    kPutOff,   // a stuck lock, a process whose threads are still dying
    kGiveWay,  // a waiter of the dead was served and may want this processor; what remains is put off by kGiveWayNs
  };
  [[nodiscard]] static bool is_complete(Pass pass) { return pass == Pass::kQuiet || pass == Pass::kDone; }
  // Not shorter than a scheduler's tick: to sleep less, a timer would have to be programmed before another thread runs.
  static constexpr std::uint64_t kGiveWayNs = 4'000'000;

  // Objects are to be finished although no process died: passes see to them until they are.
  void expect_unfinished_objects() { has_unfinished_objects_ = true; }

  // Looks at every slot once.
  Pass pass();

  // Life words of threads that will be marked any moment: their process is dead. Filled by pass().
  [[nodiscard]] std::span<const platform::FutexWatch> dying() const { return {dying_.data(), dying_count_}; }

 private:
  static constexpr std::size_t kMaxDying = 64;
  // Dead slots whose life locks one reaper holds at a time. The kernel marks 2,048 locks of a dying thread, the latest
  // taken first: a reaper that held more could die unnoticed.
  static constexpr std::size_t kMaxAdoptedThreads = 1024;
  static constexpr std::size_t kMaxAdoptedProcesses = 512;

  void adopt_processes();
  void adopt_threads();
  void adopt_thread(std::uint32_t slot);
  void watch_dying(ThreadRecord& thread);
  void note_touched();
  bool sweep_objects(bool* has_woken);
  [[nodiscard]] bool is_owned_by_dead(const Object& object) const;
  [[nodiscard]] bool is_touched_by_dead(const Object& object) const;
  bool free_threads();
  bool sweep_processes();
  bool sweep_process(std::uint32_t slot);
  [[nodiscard]] bool has_work() const;
  [[nodiscard]] bool process_is_dead(Identity process) const;

  const SegmentView& view_;
  std::bitset<kMaxLimits.threads> threads_;  // dead slots whose life lock this reaper holds
  std::bitset<kMaxLimits.threads> seen_dying_;
  std::bitset<kMaxLimits.processes> processes_;
  std::bitset<kMaxLimits.objects> touched_;  // objects that a block of a dead thread names
  bool has_left_some_ = false;               // dead slots of which no more could be adopted in this pass
  bool has_unfinished_objects_ = false;
  std::uint64_t gives_way_until_ns_ = 0;  // CLOCK_MONOTONIC; 0: nothing is put off
  std::array<platform::FutexWatch, kMaxDying> dying_{};
  std::size_t dying_count_ = 0;
};

// The orderly end of the calling thread: as a sweep of its own slot, waiting for locks instead of putting them off.
void sweep_own_thread(const SegmentView& view, const ThreadState& self);

// Marks a life word on behalf of a kernel that did not (a robust list cut short, exec from a thread that is not the
// leader), when the task it names is provably gone. True if the word is dead afterwards.
bool mark_if_gone(platform::RobustLock& life, std::int32_t pid, std::int32_t tid, std::uint64_t sealed_start);

}  // namespace rtss::runtime
