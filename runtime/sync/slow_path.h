// The locks of a slow operation on objects. Every one has this shape:
//
//   SlowPath slow(view, self);
//   if (slow.begin(object) == SlowPath::Begin::kLocked) {      // steps 0-2: locks, repair, SLOW
//     ... change the state in one step ...                     // step 3
//     slow.complete(object);                                   // steps 4-7: distribute, donation, SLOW, unlock
//   }
//   slow.leave();                                              // steps 7-9: all-lock, deferred work
//
// Several objects may be locked at once only while the all-lock is held (lock_all()).
#pragma once

#include <cstdint>

#include "platform/deadline.h"
#include "runtime/segment/object.h"
#include "runtime/sync/operation.h"
#include "runtime/sync/wait_limit.h"

namespace rtss::runtime {

class SlowPath : public Operation {
 public:
  using Operation::Operation;

  enum class Begin : std::uint8_t { kLocked, kBusy, kUnusable };
  // Locks the object (and first the all-lock, if a wait-all is queued on it), repairs it if its holder died, sets SLOW.
  // kBusy only with a deadline. kUnusable: the lock is damaged; nothing is held.
  Begin begin(Object& object, platform::Deadline deadline = platform::Deadline::never());
  void complete(Object& object);  // distribute, then as finish()
  void finish(Object& object);    // donation, SLOW, unlock: for an object whose waiters cannot have become servable
  // Does the deferred work. Orphans are ended last, under the namespace lock; without that lock in time they are left,
  // and a stuck lock is noted.
  void leave();
  // The same for a caller that holds the namespace lock: orphans are left to the next operation on them, or a sweep.
  void leave_under_namespace_lock();

  // The same for a wait: kBusy once the lock's holder has made no progress for a grace beyond the wait's time-out.
  Begin begin(Object& object, WaitLimit& limit);

  Begin lock_all(platform::Deadline deadline = platform::Deadline::never());
  Begin lock_all(WaitLimit& limit);
  [[nodiscard]] bool holds_all() const { return holds_all_; }
  // One more object while the all-lock is held: kBusy after a moment, because a wait with that lock held holds up
  // every wait-all. The caller ends it with complete() or finish().
  Begin lock_member(Object& object, platform::Deadline deadline = platform::Deadline::never());

 private:
  Begin lock_one(Object& object, platform::Deadline deadline);
  void unlock_all();
  void complete_for_the_dead(Object& object);
  void tell_of_orphan(Object& object);
  void send_deferred();
  void walk_one();
  void recheck_one();

  bool holds_all_ = false;
  bool met_busy_member_ = false;  // one moment for an operation, however many waiters it looks at
  std::uint32_t walk_budget_ = 0;
};

// Ends the objects in operation.deferred.orphans; names.h has it, installed before the process attaches.
using OrphanCollector = void (*)(Operation& operation);
void install_orphan_collector(OrphanCollector collect);

}  // namespace rtss::runtime
