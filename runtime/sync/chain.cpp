#include "runtime/sync/chain.h"

#include <algorithm>
#include <cerrno>

#include "platform/clock.h"
#include "platform/process_identity.h"
#include "platform/steps.h"
#include "platform/thread_calls.h"
#include "priority/inheritance.h"
#include "runtime/sync/queue.h"

namespace rtss::runtime {

namespace {

using priority::Key;
constexpr auto kRelaxed = std::memory_order_relaxed;

// One thread's PI lock. A dead holder may have moved a claim half-way: the counts are taken anew from the mutexes.
class PiLock {
 public:
  PiLock(const SegmentView& view, ThreadRecord& thread, platform::Deadline deadline = platform::Deadline::never())
      : thread_(thread) {
    const platform::LockOutcome outcome =
        deadline.is_never() ? thread.pi_lock.lock() : thread.pi_lock.lock_until(deadline);
    held_ = outcome == platform::LockOutcome::kAcquired || outcome == platform::LockOutcome::kOwnerDied;
    if (outcome == platform::LockOutcome::kOwnerDied) recount(view);
  }
  ~PiLock() {
    if (held_) thread_.pi_lock.unlock();
  }
  PiLock(const PiLock&) = delete;
  PiLock& operator=(const PiLock&) = delete;
  [[nodiscard]] bool is_held() const { return held_; }

 private:
  void recount(const SegmentView& view) {
    forget_claims(thread_.boost);
    RTSS_STEP("boost.forgotten");
    const Identity identity = thread_.identity.load(kRelaxed);
    const std::uint32_t objects = objects_used(view);
    for (std::uint32_t i = 0; i < objects; ++i) {
      const priority::MutexBoost& claim = view.objects[i].boost;
      if (claim.owner.load(kRelaxed) == identity) add_claim(thread_.boost, claim.key.load(kRelaxed));
    }
  }

  ThreadRecord& thread_;
  bool held_;
};

priority::Target target_of(const SegmentView& view, const ThreadRecord& thread) {
  return {.tid = thread.tid.load(kRelaxed),
          .life = &thread.life,
          .window = view.window,
          .refused = &view.header->refused_boosts};
}

ThreadRecord* tenant(const SegmentView& view, Identity identity) {
  ThreadRecord* const thread = identity == 0 ? nullptr : view.thread(slot_of(identity));
  return thread != nullptr && thread->identity.load(kRelaxed) == identity ? thread : nullptr;
}

void ask_its_reaper(SlowPath& slow, const ThreadRecord& thread) {
  const std::uint32_t slot = slot_of(thread.process.load(kRelaxed));
  ProcessRecord* const process = slow.view().process(slot);
  if (process == nullptr) return;
  process->requests.fetch_or(kRequestBoosts, std::memory_order_acq_rel);
  slow.ask_reaper_later(slot);
}

// The base of an owner that follows the kernel may change while it keeps a thread waiting: its reaper polls meanwhile.
void have_it_followed(SlowPath& slow, const ThreadRecord& thread) {
  if (!follows_kernel(thread.boost)) return;
  const ProcessRecord* const process = slow.view().process(slot_of(thread.process.load(kRelaxed)));
  constexpr std::uint32_t kUnderWay = kRequestBoosts | kFollowsOwners;
  if (process != nullptr && (process->requests.load(std::memory_order_seq_cst) & kUnderWay) == 0)
    ask_its_reaper(slow, thread);
}

// What this process is not permitted to do, the thread's own may be.
void leave_to_its_process(SlowPath& slow, const ThreadRecord& thread) {
  if (thread.process.load(kRelaxed) != attachment.process.load(kRelaxed)) ask_its_reaper(slow, thread);
}

// [P] held.
void reconsider(SlowPath& slow, ThreadRecord& thread) {
  const SegmentView& view = slow.view();
  const Key before = effective_key(thread.boost);
  if (view.inheritance == Inheritance::kLimited) {  // it ends with the last owned mutex: end_deferred()
    keep_claims(thread.boost);
    if (thread.boost.kept.load(kRelaxed) != 0) thread.after_release.fetch_or(kAfterReleaseBoosted, kRelaxed);
  }
  const std::uint32_t life =
      thread.life.observe() & platform::RobustLock::kTidMask;  // a sweeper's, or 0, when it is dead
  const bool lives = static_cast<std::int32_t>(life) == thread.tid.load(kRelaxed);
  if (recompute(thread.boost) && lives && thread.block_count.load(std::memory_order_seq_cst) != 0) {
    slow.walk_later(view.slot_of_thread(thread));
  }
  if (&thread == slow.record() && effective_key(thread.boost) < before)
    slow.demote_self_later();
  else
    apply(thread.boost, target_of(view, thread));
  const bool refused =
      effective_key(thread.boost) == base_key(thread.boost) && thread.boost.boosted.load(kRelaxed) != 0;
  if (refused) thread.after_release.fetch_or(kAfterReleaseBoosted, kRelaxed);  // its own last release does it
  if (thread.boost.refused.load(kRelaxed) != 0) leave_to_its_process(slow, thread);
  RTSS_STEP("boost.applied");
}

// The base of a thread that follows the kernel, if it was read too long ago.
void refresh(SlowPath& slow, ThreadRecord& thread) {
  if (!follows_kernel(thread.boost) || !base_is_stale(thread.boost, slow.now_ms())) return;
  const PiLock lock(slow.view(), thread, slow.patience());
  if (!lock.is_held()) return;
  const Key before = base_key(thread.boost);
  const bool changed = refresh_base(thread.boost, target_of(slow.view(), thread), slow.now_ms());
  if (changed && thread.block_count.load(std::memory_order_seq_cst) != 0)
    slow.walk_later(slow.view().slot_of_thread(thread));
  // A lower base makes claims due that were not worth publishing: see follow_owners().
  if (base_key(thread.boost) < before && thread.owned.load(kRelaxed) != 0) ask_its_reaper(slow, thread);
}

// The level that the waiters of a mutex lend to its owner. A wait-all may be queued on a mutex that it owns already.
Key lent_key(const SegmentView& view, const Object& object, std::uint32_t owner_slot) {
  BlockRef ref = object.head.load(kRelaxed);
  const WaitBlock* block = view.block(ref);
  if (block != nullptr && thread_of(ref) == owner_slot) block = view.block(block->next.load(kRelaxed));
  return block == nullptr ? priority::kKeyBelowLevels : block->key.load(kRelaxed);
}

// False: a stuck lock; the claim stands as it is.
bool withdraw(SlowPath& slow, Object& object) {
  const Identity claimed = object.boost.owner.load(kRelaxed);
  ThreadRecord* const thread = tenant(slow.view(), claimed);
  if (thread != nullptr) {
    const PiLock lock(slow.view(), *thread, slow.patience());
    if (!lock.is_held()) {
      slow.note_stuck_lock();
      return false;
    }
    if (thread->identity.load(kRelaxed) == claimed) {
      withdraw_claim(thread->boost, object.boost.key.load(kRelaxed));
      object.boost.owner.store(0, kRelaxed);
      RTSS_STEP("boost.withdrawn");
      reconsider(slow, *thread);
    }
  }
  object.boost.owner.store(0, kRelaxed);
  return true;
}

void claim_on(SlowPath& slow, Object& object, ThreadRecord& thread, Identity owner, Key key) {
  const PiLock lock(slow.view(), thread, slow.patience());
  if (!lock.is_held()) return slow.note_stuck_lock();
  if (thread.identity.load(kRelaxed) != owner) return;
  // A change of level at the same owner is one step: in between it would fall and rise again.
  if (object.boost.owner.load(kRelaxed) == owner) withdraw_claim(thread.boost, object.boost.key.load(kRelaxed));
  object.boost.key.store(key, kRelaxed);
  object.boost.owner.store(owner, kRelaxed);
  add_claim(thread.boost, key);
  RTSS_STEP("boost.claimed");
  reconsider(slow, thread);
}

}  // namespace

void settle(SlowPath& slow, Object& object) {
  const SegmentView& view = slow.view();
  if (kind_of(object) != Kind::kMutex || view.inheritance == Inheritance::kOff) return;
  const Identity owner = mutex::owner(object.word.load(kRelaxed));
  ThreadRecord* const thread = tenant(view, owner);
  Key key = thread == nullptr ? priority::kKeyBelowLevels : lent_key(view, object, slot_of(owner));
  if (key != priority::kKeyBelowLevels) {
    refresh(slow, *thread);
    have_it_followed(slow, *thread);
    if (key <= base_key(thread->boost)) key = priority::kKeyBelowLevels;
  }
  const Identity wanted = key == priority::kKeyBelowLevels ? 0 : owner;
  const Identity published = object.boost.owner.load(kRelaxed);
  if (published == wanted && (wanted == 0 || object.boost.key.load(kRelaxed) == key)) return;
  if (published != 0 && published != wanted && !withdraw(slow, object)) return;
  if (wanted != 0) claim_on(slow, object, *thread, owner, key);
}

void reconsider_claimed(SlowPath& slow, Object& object) {
  const SegmentView& view = slow.view();
  if (kind_of(object) != Kind::kMutex || view.inheritance == Inheritance::kOff) return;
  const Identity published = object.boost.owner.load(kRelaxed);
  const Identity owner = mutex::owner(object.word.load(kRelaxed));
  for (const Identity identity : {published, owner}) {
    ThreadRecord* const thread = tenant(view, identity);
    if (thread == nullptr) continue;
    const PiLock lock(view, *thread, slow.patience());
    if (lock.is_held())
      reconsider(slow, *thread);
    else
      slow.note_stuck_lock();
  }
}

void requeue_blocked(SlowPath& slow, std::uint32_t thread_slot) {
  const SegmentView& view = slow.view();
  ThreadRecord& thread = view.threads[thread_slot];
  const std::uint32_t count = std::min(thread.block_count.load(std::memory_order_seq_cst), kBlocksPerThread);
  for (std::uint32_t i = 0; i < count; ++i) {
    const BlockRef ref = make_block_ref(thread_slot, i);
    WaitBlock& block = view.blocks[ref];
    const BlockWord word = block.word.load(std::memory_order_seq_cst);
    Object* const object = view.object(block_object(word));
    if (block_state(word) != BlockState::kLinked || object == nullptr) continue;
    const SlowPath::Begin begun = slow.begin(*object, slow.patience());
    if (begun == SlowPath::Begin::kBusy) slow.note_stuck_lock();
    if (begun != SlowPath::Begin::kLocked) continue;
    const Key key = effective_key(thread.boost);
    if (block.word.load(kRelaxed) == word && generation_of(object->word.load(kRelaxed)) == block_generation(word) &&
        block.key.load(kRelaxed) != key) {
      queue::remove(view, *object, ref);
      block.key.store(key, kRelaxed);
      queue::insert(view, *object, ref);
    }
    slow.complete(*object);
  }
}

void apply_own_level(SlowPath& slow) {
  ThreadRecord& thread = *slow.record();
  const PiLock lock(slow.view(), thread);
  if (lock.is_held()) apply(thread.boost, target_of(slow.view(), thread));
}

priority::Key own_key(SlowPath& slow) {
  refresh(slow, *slow.record());
  return effective_key(slow.record()->boost);
}

void end_deferred(const SegmentView& view, const ThreadState& self) {
  ThreadRecord& thread = *self.record;
  SlowPath slow(view, &self);
  {
    const PiLock lock(view, thread);
    if (!lock.is_held()) return;
    const bool lowering = (thread.after_release.load(kRelaxed) & kAfterReleaseLowering) != 0;
    thread.after_release.store(0, kRelaxed);
    if (lowering && thread.boost.lowering.exchange(0, kRelaxed) != 0) {
      set_base(thread.boost, target_of(view, thread), thread.boost.lowered_base.load(kRelaxed));
    }
    end_keeping(thread.boost);
    recompute(thread.boost);
    apply(thread.boost, target_of(view, thread));
  }
  slow.leave();
}

void apply_refused(const SegmentView& view, Identity process) {
  constexpr std::uint64_t kPatienceNs = 1'000'000;  // a stopped process may hold the lock
  const std::uint32_t used = threads_used(view);
  for (std::uint32_t slot = 0; slot < used; ++slot) {
    ThreadRecord& thread = view.threads[slot];
    if (thread.boost.refused.load(std::memory_order_acquire) == 0 || thread.process.load(kRelaxed) != process) continue;
    const PiLock lock(view, thread, platform::Deadline::at(platform::monotonic_ns() + kPatienceNs));
    if (!lock.is_held() || thread.process.load(kRelaxed) != process) continue;
    apply(thread.boost, target_of(view, thread));
    thread.boost.refused.store(0, kRelaxed);  // refused to its own process as well: not asked again
  }
}

namespace {

// The owner of what one block is queued for.
// True if the owner is this process's, and follows the kernel.
bool follow_owner(const SegmentView& view, Identity process, BlockRef ref) {
  const WaitBlock& block = view.blocks[ref];
  const BlockWord word = block.word.load(std::memory_order_acquire);
  Object* const object = view.object(block_object(word));
  if (block_state(word) != BlockState::kLinked || object == nullptr || kind_of(*object) != Kind::kMutex) return false;
  const Identity owner = mutex::owner(object->word.load(std::memory_order_acquire));
  ThreadRecord* const thread = tenant(view, owner);
  if (thread == nullptr || thread->process.load(kRelaxed) != process || !follows_kernel(thread->boost)) return false;
  SlowPath slow(view, nullptr);
  refresh(slow, *thread);
  const bool is_due = block.key.load(kRelaxed) > base_key(thread->boost) && thread_of(ref) != slot_of(owner) &&
                      object->boost.owner.load(kRelaxed) != owner;
  if (is_due && slow.begin(*object, slow.patience()) == SlowPath::Begin::kLocked) slow.finish(*object);
  slow.leave();
  return true;
}

}  // namespace

bool follow_owners(const SegmentView& view, Identity process) {
  if (view.inheritance == Inheritance::kOff) return false;
  bool found = false;
  const std::uint32_t used = threads_used(view);
  for (std::uint32_t slot = 0; slot < used; ++slot) {
    const std::uint32_t count =
        std::min(view.threads[slot].block_count.load(std::memory_order_acquire), kBlocksPerThread);
    for (std::uint32_t i = 0; i < count; ++i) found = follow_owner(view, process, make_block_ref(slot, i)) || found;
  }
  return found;
}

namespace {

// A lower base makes claims due that were not worth publishing.
void settle_owned(SlowPath& slow, Identity owner) {
  const SegmentView& view = slow.view();
  const std::uint32_t objects = objects_used(view);
  for (std::uint32_t i = 0; i < objects; ++i) {
    Object& object = view.objects[i];
    if (kind_of(object) != Kind::kMutex || mutex::owner(object.word.load(std::memory_order_acquire)) != owner) continue;
    if (slow.begin(object) == SlowPath::Begin::kLocked) slow.complete(object);
  }
}

void defer_lowering(ThreadRecord& thread, Key key) {
  thread.boost.lowered_base.store(key, kRelaxed);
  thread.boost.lowering.store(1, kRelaxed);
  thread.after_release.fetch_or(kAfterReleaseLowering, kRelaxed);
}

// Another thread's last release may have looked for the flag just before it was set; its next could be far away. Past
// the barrier either that release has seen the flag, or we see that it has left nothing owned.
bool lower_if_it_has_released(SlowPath& slow, Identity identity) {
  platform::order_all_threads();
  ThreadRecord* const thread = tenant(slow.view(), identity);
  if (thread == nullptr || thread->owned.load(kRelaxed) != 0) return false;
  const PiLock lock(slow.view(), *thread);
  if (!lock.is_held() || thread->identity.load(kRelaxed) != identity) return false;
  if (thread->owned.load(kRelaxed) != 0 || thread->boost.lowering.exchange(0, kRelaxed) == 0) return false;
  set_base(thread->boost, target_of(slow.view(), *thread), thread->boost.lowered_base.load(kRelaxed));
  if (thread->block_count.load(std::memory_order_seq_cst) != 0) slow.walk_later(slot_of(identity));
  return true;
}

}  // namespace

Status set_level(const SegmentView& view, const ThreadState& self, Identity identity, int level) {
  const Key key = priority::key_of_level(level);
  SlowPath slow(view, &self);
  bool deferred = false;
  bool makes_claims_due = false;
  {
    ThreadRecord* const thread = tenant(view, identity);
    if (thread == nullptr) return Status::kInvalidHandle;
    const PiLock lock(view, *thread);
    if (!lock.is_held()) return Status::kCorrupt;
    if (thread->identity.load(kRelaxed) != identity) return Status::kInvalidHandle;
    const Key before = base_key(thread->boost);
    refresh_base(thread->boost, target_of(view, *thread), slow.now_ms());  // it may follow the kernel until now
    const bool owns = thread->owned.load(kRelaxed) != 0;
    deferred = owns && key < base_key(thread->boost);
    if (deferred) {
      defer_lowering(*thread, key);
    } else {
      thread->boost.lowering.store(0, kRelaxed);  // a later raise overrides a lowering that has not happened yet
      const int error = set_base(thread->boost, target_of(view, *thread), key);
      if (error != 0 && priority::realtime_mode() == priority::Realtime::kRequire) return Status::kPrivilegeNotHeld;
      if (thread->block_count.load(std::memory_order_seq_cst) != 0) slow.walk_later(slot_of(identity));
    }
    // Another thread may have taken a mutex that it has not counted yet.
    makes_claims_due = base_key(thread->boost) < before && (owns || identity != self.identity);
  }
  if (deferred && identity != self.identity && lower_if_it_has_released(slow, identity)) makes_claims_due = true;
  if (makes_claims_due) settle_owned(slow, identity);
  slow.leave();
  return Status::kOk;
}

int own_level(const SegmentView& view, const ThreadState& self) {
  ThreadRecord& thread = *self.record;
  if (thread.boost.lowering.load(kRelaxed) != 0)
    return priority::level_of_key(thread.boost.lowered_base.load(kRelaxed));
  SlowPath slow(view, &self);
  own_key(slow);
  slow.leave();
  return std::max(priority::level_of_key(base_key(thread.boost)), priority::kLevelMin);
}

void end_boost(const SegmentView& view, ThreadRecord& thread, platform::Deadline deadline) {
  if (thread.boost.boosted.load(kRelaxed) == 0) return;
  const PiLock lock(view, thread, deadline);
  if (!lock.is_held()) return;
  undo_boost(thread.boost, thread.tid.load(kRelaxed));
  thread.boost.boosted.store(0, kRelaxed);
}

bool reset_boost(const SegmentView& view, ThreadRecord& thread, Identity new_identity, platform::Deadline deadline) {
  const PiLock lock(view, thread, deadline);
  if (!lock.is_held() && !deadline.is_never()) return false;
  const std::int32_t pid = thread.pid.load(kRelaxed);
  const std::int32_t tid = thread.tid.load(kRelaxed);
  const std::uint64_t sealed_start = thread.sealed_start.load(kRelaxed);
  const bool boosted = thread.boost.boosted.load(kRelaxed) != 0;
  if (boosted && platform::seal(pid, tid, platform::start_time(pid, tid)) == sealed_start)
    undo_boost(thread.boost, tid);
  thread.identity.store(new_identity, std::memory_order_release);
  priority::reset(thread.boost);
  return true;
}

}  // namespace rtss::runtime
