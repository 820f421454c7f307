#include "runtime/sync/donations.h"

#include "platform/steps.h"
#include "runtime/segment/object.h"
#include "runtime/sync/thread_boost.h"

namespace rtss::runtime {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

using priority::Key;

// The level that the waiters of a mutex lend to its owner. A wait-all may be queued on a mutex that it owns already.
Key lent_key(const SegmentView& view, const Object& object, std::uint32_t owner_slot) {
  BlockRef ref = object.head.load(kRelaxed);
  const WaitBlock* block = view.block(ref);
  if (block != nullptr && thread_of(ref) == owner_slot) block = view.block(block->next.load(kRelaxed));
  return block == nullptr ? priority::kKeyBelowLevels : block->key.load(kRelaxed);
}

// The owner's [P] is stuck: the donation stands as it is, and the reaper settles it later (A3).
void put_off(Operation& operation, Object& object) {
  object.recheck.store(1, std::memory_order_seq_cst);
  operation.note_stuck_lock();
}

// False: put off.
bool withdraw(Operation& operation, Object& object) {
  const Identity target = object.boost.owner.load(kRelaxed);
  ThreadRecord* const thread = occupant(operation.view(), target);
  if (thread != nullptr) {
    const PiLock lock(operation.view(), *thread, operation.lock_timeout());
    if (!lock.is_held()) {
      put_off(operation, object);
      return false;
    }
    if (thread->identity.load(kRelaxed) == target) {
      withdraw_donation(thread->boost, object.boost.key.load(kRelaxed));
      object.boost.owner.store(0, kRelaxed);
      RTSS_STEP("boost.withdrawn");
      reconsider(operation, *thread);
    }
  }
  object.boost.owner.store(0, kRelaxed);
  return true;
}

void donate(Operation& operation, Object& object, ThreadRecord& thread, Identity owner, Key key) {
  const PiLock lock(operation.view(), thread, operation.lock_timeout());
  if (!lock.is_held()) return put_off(operation, object);
  if (thread.identity.load(kRelaxed) != owner) return;
  // A change of level at the same owner is one step: in between it would fall and rise again.
  if (object.boost.owner.load(kRelaxed) == owner) withdraw_donation(thread.boost, object.boost.key.load(kRelaxed));
  object.boost.key.store(key, kRelaxed);
  object.boost.owner.store(owner, kRelaxed);
  add_donation(thread.boost, key);
  RTSS_STEP("boost.donated");
  reconsider(operation, thread);
}

}  // namespace

void settle(Operation& operation, Object& object) {
  const SegmentView& view = operation.view();
  if (kind_of(object) != Kind::kMutex || view.inheritance == Inheritance::kOff) return;
  const Identity owner = mutex::owner(object.word.load(kRelaxed));
  ThreadRecord* const thread = occupant(view, owner);
  Key key = thread == nullptr ? priority::kKeyBelowLevels : lent_key(view, object, slot_of(owner));
  if (key != priority::kKeyBelowLevels) {
    refresh(operation, *thread);
    have_it_followed(operation, *thread);
    if (key <= base_key(thread->boost)) key = priority::kKeyBelowLevels;
  }
  const Identity wanted = key == priority::kKeyBelowLevels ? 0 : owner;
  const Identity published = object.boost.owner.load(kRelaxed);
  if (published == wanted && (wanted == 0 || object.boost.key.load(kRelaxed) == key)) return;
  if (published != 0 && published != wanted && !withdraw(operation, object)) return;
  if (wanted != 0) donate(operation, object, *thread, owner, key);
}

void reconsider_donation(Operation& operation, Object& object) {
  const SegmentView& view = operation.view();
  if (kind_of(object) != Kind::kMutex || view.inheritance == Inheritance::kOff) return;
  const Identity published = object.boost.owner.load(kRelaxed);
  const Identity owner = mutex::owner(object.word.load(kRelaxed));
  for (const Identity identity : {published, owner}) {
    ThreadRecord* const thread = occupant(view, identity);
    if (thread == nullptr) continue;
    const PiLock lock(view, *thread, operation.lock_timeout());
    if (lock.is_held())
      reconsider(operation, *thread);
    else
      operation.note_stuck_lock();
  }
}

}  // namespace rtss::runtime
