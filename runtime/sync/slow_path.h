// The one shape of every slow operation on objects:
//
//   SlowPath slow(view, self);
//   if (slow.begin(object) == SlowPath::Begin::kLocked) {      // steps 0-2: locks, repair, SLOW
//     ... change the state in one store ...                    // step 3
//     slow.complete(object);                                   // steps 4-7: distribute, claims, SLOW, unlock
//   }
//   slow.leave();                                              // steps 7-9: all-lock, wakes, chain walk, own demotion
//
// Several objects may be locked at once only while the all-lock is held (lock_all()).
#pragma once

#include <array>
#include <cstdint>

#include "platform/deadline.h"
#include "runtime/sync/object.h"
#include "runtime/sync/thread_state.h"

namespace rtss::runtime {

// A bounded list on the caller's stack; what does not fit is the caller's business.
template <std::size_t kCapacity>
class SlotList {
 public:
  bool add(std::uint32_t slot) {
    if (count_ == kCapacity) return false;
    slots_[count_++] = slot;
    return true;
  }
  bool add_once(std::uint32_t slot) {
    for (std::size_t i = 0; i < count_; ++i) {
      if (slots_[i] == slot) return true;
    }
    return add(slot);
  }
  [[nodiscard]] bool is_empty() const { return count_ == 0; }
  std::uint32_t take_last() { return slots_[--count_]; }
  [[nodiscard]] const std::uint32_t* begin() const { return slots_.data(); }
  [[nodiscard]] const std::uint32_t* end() const { return slots_.data() + count_; }
  void clear() { count_ = 0; }

 private:
  std::size_t count_ = 0;
  std::array<std::uint32_t, kCapacity> slots_;  // uninitialised beyond count_: this is on a real-time thread's stack
};

class SlowPath {
 public:
  // self is null for a reaper, which has no thread slot.
  SlowPath(const SegmentView& view, const ThreadState* self)
      : view_(view),
        identity_(self != nullptr ? self->identity : 0),
        record_(self != nullptr ? self->record : nullptr) {}
  SlowPath(const SlowPath&) = delete;
  SlowPath& operator=(const SlowPath&) = delete;

  enum class Begin : std::uint8_t { kLocked, kBusy, kUnusable };
  // Locks the object (and first the all-lock, if a wait-all is queued on it), repairs it if its holder died, sets SLOW.
  // kBusy only with a deadline. kUnusable: the lock is damaged; nothing is held.
  Begin begin(Object& object, platform::Deadline deadline = platform::Deadline::never());
  void complete(Object& object);  // distribute, then as finish()
  void finish(Object& object);    // claims, SLOW, unlock: for an object whose waiters cannot have become servable
  void leave();

  Begin lock_all(platform::Deadline deadline = platform::Deadline::never());
  [[nodiscard]] bool holds_all() const { return holds_all_; }
  // One more object while the all-lock is held. The caller ends it with complete() or finish().
  Begin lock_one(Object& object, platform::Deadline deadline = platform::Deadline::never());

  std::uint32_t now_ms();  // CLOCK_MONOTONIC_COARSE, read once

  // How long a walk may wait for a lock: a sweeper (it has no thread slot) must not be held up by a stopped process.
  [[nodiscard]] platform::Deadline patience() const;
  // A lock was not waited for any longer, and what it protects is as it was: try again later.
  void note_stuck_lock() { met_stuck_lock_ = true; }
  [[nodiscard]] bool met_stuck_lock() const { return met_stuck_lock_; }

  [[nodiscard]] const SegmentView& view() const { return view_; }
  [[nodiscard]] Identity identity() const { return identity_; }
  [[nodiscard]] ThreadRecord* record() const { return record_; }

  void wake_later(std::uint32_t thread_slot);
  [[nodiscard]] bool has_woken() const { return has_woken_; }
  void walk_later(std::uint32_t thread_slot);  // its effective level changed: re-sort what it is queued on
  void ask_reaper_later(std::uint32_t process_slot) { reapers_.add_once(process_slot); }  // see apply_refused()
  void demote_self_later() { demote_self_ = true; }
  void recheck_later(std::uint32_t object_slot) { rechecks_.add_once(object_slot); }

  // Objects that lost their last reason to live during this operation; the caller hands them to names.h afterwards.
  [[nodiscard]] const SlotList<kBlocksPerThread>& orphans() const { return orphans_; }

 private:
  void wake_all();
  void complete_for_the_dead(Object& object);
  void walk_one();
  void recheck_one();
  void tell();  // all-lock, wakes, doorbells

  const SegmentView& view_;
  Identity identity_;
  ThreadRecord* record_;
  bool holds_all_ = false;
  bool demote_self_ = false;
  bool met_stuck_lock_ = false;
  bool has_woken_ = false;
  bool knows_time_ = false;
  std::uint32_t now_ms_ = 0;
  std::uint32_t walk_budget_ = 0;
  SlotList<128> wakes_;
  SlotList<128> walks_;
  SlotList<64> rechecks_;
  SlotList<8> reapers_;
  SlotList<kBlocksPerThread> orphans_;
};

// Steps of the slow path that live in files of their own.
void repair(SlowPath& slow, Object& object);      // repair.cpp: after EOWNERDEAD
void distribute(SlowPath& slow, Object& object);  // grant.cpp: while signaled and somebody can be served, grant
void settle(SlowPath& slow, Object& object);      // chain.cpp: publish {owner, top waiter} as a claim on the owner
bool collect_orphans(const SegmentView& view, const ThreadState* self,
                     const SlowPath& slow);                                     // names.cpp: not under its lock
bool try_grant_all(SlowPath& slow, std::uint32_t thread_slot, Object& locked);  // wait_all.cpp

}  // namespace rtss::runtime
