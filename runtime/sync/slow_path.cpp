#include "runtime/sync/slow_path.h"

#include <array>

#include "platform/steps.h"
#include "runtime/sync/chain.h"
#include "runtime/sync/donations.h"
#include "runtime/sync/grant.h"
#include "runtime/sync/lock_timeouts.h"
#include "runtime/sync/queue.h"
#include "runtime/sync/repair.h"
#include "runtime/sync/thread_boost.h"

namespace rtss::runtime {

namespace {

OrphanCollector collect_orphans = [](Operation& operation) { operation.deferred.orphans.clear(); };

SlowPath::Begin acquire(platform::RobustLock& lock, platform::Deadline deadline, bool* owner_died) {
  const platform::LockOutcome outcome = deadline.is_never() ? lock.lock() : lock.lock_until(deadline);
  *owner_died = outcome == platform::LockOutcome::kOwnerDied;
  if (outcome == platform::LockOutcome::kBusy) return SlowPath::Begin::kBusy;
  return outcome == platform::LockOutcome::kUnusable ? SlowPath::Begin::kUnusable : SlowPath::Begin::kLocked;
}

// A lock is handed to the next in line: one that was not taken meanwhile has a holder without progress.
template <typename Lock>
SlowPath::Begin until_no_progress(WaitLimit& limit, std::array<const platform::RobustLock*, 2> locks,
                                  const Lock& lock) {
  for (;;) {
    const platform::Deadline deadline = limit.lock_deadline();
    if (deadline.is_never()) return lock(deadline);
    const std::array<std::uint32_t, 2> before{locks[0]->acquisitions(), locks[1]->acquisitions()};
    const SlowPath::Begin outcome = lock(deadline);
    if (outcome != SlowPath::Begin::kBusy) return outcome;
    if (before == std::array<std::uint32_t, 2>{locks[0]->acquisitions(), locks[1]->acquisitions()}) {
      limit.end_grace();
      return outcome;
    }
  }
}

// Last step before the unlock. SLOW stays while a block is queued (S1), and on an orphan, to see its last use (L1).
void clear_flags(Object& object) {
  Word flags = kind_of(object) == Kind::kEvent ? kPulse : 0;
  if (queue::is_empty(object) && object.orphan.load(std::memory_order_relaxed) == 0) flags |= kSlow;
  object.word.fetch_and(~flags, std::memory_order_release);
  RTSS_STEP("op.cleared");
}

}  // namespace

SlowPath::Begin SlowPath::lock_all(platform::Deadline deadline) {
  bool owner_died = false;  // it protects no data of its own: nothing to repair
  const Begin outcome = acquire(view().header->all_lock, deadline, &owner_died);
  holds_all_ = outcome == Begin::kLocked;
  return outcome;
}

SlowPath::Begin SlowPath::lock_one(Object& object, platform::Deadline deadline) {
  bool owner_died = false;
  const Begin outcome = acquire(object.lock, deadline, &owner_died);
  if (outcome != Begin::kLocked) return outcome;
  forget_now();
  RTSS_STEP("op.locked");
  // Only under the lock does SLOW go again: where a thread waits (S1), or died (S2), it is there already.
  if ((state_of(object.word.load(std::memory_order_relaxed)) & kSlow) == 0)
    object.word.fetch_or(kSlow, std::memory_order_acq_rel);
  RTSS_STEP("op.slow");
  if (owner_died) repair(*this, object);
  return outcome;
}

SlowPath::Begin SlowPath::lock_member(Object& object, platform::Deadline deadline) {
  const platform::Deadline further = met_busy_member_ ? platform::Deadline::at(0) : further_lock_timeout();
  const Begin outcome = lock_one(object, further.ns() < deadline.ns() ? further : deadline);
  if (outcome == Begin::kBusy) met_busy_member_ = true;
  return outcome;
}

SlowPath::Begin SlowPath::begin(Object& object, platform::Deadline deadline) {
  // The hint may turn up between the look and the lock, and be gone again at the next: then [A] is taken anyway (A2).
  bool needs_all = object.all_hint.load(std::memory_order_acquire) != 0;
  for (;;) {
    if (needs_all && !holds_all_) {
      if (const Begin outcome = lock_all(deadline); outcome != Begin::kLocked) return outcome;
    }
    // No lock is waited for with the all-lock held: it would hold up every wait-all.
    Begin outcome = holds_all_ ? lock_member(object, deadline) : Begin::kBusy;
    if (outcome == Begin::kBusy) {
      if (holds_all_) unlock_all();
      outcome = lock_one(object, deadline);
    }
    if (outcome != Begin::kLocked) return outcome;
    if (object.all_hint.load(std::memory_order_relaxed) == 0 || holds_all_) break;
    finish(object);
    needs_all = true;
  }
  if (object.recheck.load(std::memory_order_relaxed) != 0) complete_for_the_dead(object);
  return Begin::kLocked;
}

SlowPath::Begin SlowPath::begin(Object& object, WaitLimit& limit) {
  return until_no_progress(limit, {&object.lock, &view().header->all_lock},
                           [&](platform::Deadline deadline) { return begin(object, deadline); });
}

SlowPath::Begin SlowPath::lock_all(WaitLimit& limit) {
  return until_no_progress(limit, {&view().header->all_lock, &view().header->all_lock},
                           [&](platform::Deadline deadline) { return lock_all(deadline); });
}

// What a dead holder changed is distributed before the next change (A3); its pulse ends with that (E1).
void SlowPath::complete_for_the_dead(Object& object) {
  distribute(*this, object);
  if (kind_of(object) == Kind::kEvent) object.word.fetch_and(~static_cast<Word>(kPulse), std::memory_order_acq_rel);
}

void SlowPath::complete(Object& object) {
  RTSS_STEP("op.changed");
  distribute(*this, object);
  RTSS_STEP("op.distributed");
  if (object.recheck.load(std::memory_order_relaxed) != 0) object.recheck.store(0, std::memory_order_relaxed);
  finish(object);
}

void SlowPath::finish(Object& object) {
  settle(*this, object);
  RTSS_STEP("op.settled");
  clear_flags(object);
  const bool is_orphan = object.orphan.load(std::memory_order_relaxed) != 0;
  if (is_orphan && queue::is_empty(object)) tell_of_orphan(object);
  object.lock.unlock();
  RTSS_STEP("op.unlocked");
  // Either may have been set meanwhile by a thread that did not get the lock: see try_destroy() and try_grant_all().
  if (!is_orphan && object.orphan.load(std::memory_order_seq_cst) != 0)
    deferred.orphans.add_once(view().slot_of_object(object));
  if (object.recheck.load(std::memory_order_seq_cst) == 0) return;
  if (met_stuck_lock())
    leave_to_reaper();
  else
    deferred.rechecks.add_once(view().slot_of_object(object));
}

// An orphan without waiters may end. While a mutex is owned its owner alone ends it, because the owner believes the
// word without the lock (M1).
void SlowPath::tell_of_orphan(Object& object) {
  const Identity owner =
      kind_of(object) == Kind::kMutex ? mutex::owner(object.word.load(std::memory_order_relaxed)) : 0;
  ThreadRecord* const thread = view().thread(slot_of(owner));
  if (owner == 0)
    deferred.orphans.add_once(view().slot_of_object(object));
  else if (thread != nullptr && thread->identity.load(std::memory_order_relaxed) == owner)
    thread->after_release.fetch_or(kAfterReleaseOrphan, std::memory_order_acq_rel);
}

void SlowPath::walk_one() {
  if (walk_budget_ == 0) {
    view().header->walk_truncated.fetch_add(1, std::memory_order_relaxed);
    deferred.walks.clear();
    return;
  }
  --walk_budget_;
  requeue_blocked(*this, deferred.walks.take_last());
}

void SlowPath::recheck_one() {
  Object& object = view().objects[deferred.rechecks.take_last()];
  const Begin begun = begin(object, brief_timeout());
  if (begun == Begin::kLocked) complete(object);
  if (begun == Begin::kBusy) leave_to_reaper();
}

void SlowPath::unlock_all() {
  view().header->all_lock.unlock();
  holds_all_ = false;
}

void SlowPath::send_deferred() {
  if (holds_all_) unlock_all();
  deferred.send(view());
}

void SlowPath::leave_under_namespace_lock() {
  walk_budget_ = 4 * view().limits.threads;
  send_deferred();
  while (!deferred.walks.is_empty() || !deferred.rechecks.is_empty()) {
    if (deferred.walks.is_empty())
      recheck_one();
    else
      walk_one();
    send_deferred();
  }
  // Last of all: lowered before the wake, a thread of middle level could get in between.
  if (deferred.lowers_caller) apply_own_level(*this);
}

void SlowPath::leave() {
  leave_under_namespace_lock();
  if (!deferred.orphans.is_empty()) collect_orphans(*this);
}

void install_orphan_collector(OrphanCollector collect) { collect_orphans = collect; }

}  // namespace rtss::runtime
