#include "runtime/sync/thread_boost.h"

#include "platform/clock.h"
#include "platform/process_identity.h"
#include "platform/steps.h"

namespace rtss::runtime {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

using priority::Key;

void ask_its_reaper(Operation& operation, const ThreadRecord& thread) {
  const std::uint32_t slot = slot_of(thread.process.load(kRelaxed));
  ProcessRecord* const process = operation.view().process(slot);
  if (process == nullptr) return;
  process->requests.fetch_or(kRequestBoosts, std::memory_order_acq_rel);
  operation.deferred.reapers.add_once(slot);
}

// What this process is not permitted to do, the thread's own may be.
void leave_to_its_process(Operation& operation, const ThreadRecord& thread) {
  if (thread.process.load(kRelaxed) != attachment.process.load(kRelaxed)) ask_its_reaper(operation, thread);
}

}  // namespace

priority::Target target_of(const SegmentView& view, const ThreadRecord& thread) {
  return {.tid = thread.tid.load(kRelaxed),
          .life = &thread.life,
          .window = view.window,
          .refused = &view.header->refused_boosts};
}

void reconsider(Operation& operation, ThreadRecord& thread) {
  const SegmentView& view = operation.view();
  const Key before = effective_key(thread.boost);
  if (view.inheritance == Inheritance::kLimited) {  // it ends with the last owned mutex: end_deferred()
    keep_donations(thread.boost);
    if (thread.boost.kept.load(kRelaxed) != 0) thread.after_release.fetch_or(kAfterReleaseBoosted, kRelaxed);
  }
  const std::uint32_t life =
      thread.life.observe() & platform::RobustLock::kTidMask;  // a sweeper's, or 0, when it is dead
  const bool lives = static_cast<std::int32_t>(life) == thread.tid.load(kRelaxed);
  if (recompute(thread.boost) && lives && thread.block_count.load(std::memory_order_seq_cst) != 0) {
    operation.deferred.walk(view, view.slot_of_thread(thread));
  }
  if (&thread == operation.record() && effective_key(thread.boost) < before)
    operation.deferred.lowers_caller = true;
  else
    apply(thread.boost, target_of(view, thread));
  const bool refused =
      effective_key(thread.boost) == base_key(thread.boost) && thread.boost.boosted.load(kRelaxed) != 0;
  if (refused) thread.after_release.fetch_or(kAfterReleaseBoosted, kRelaxed);  // its own last release does it
  if (thread.boost.refused.load(kRelaxed) != 0) leave_to_its_process(operation, thread);
  RTSS_STEP("boost.applied");
}

void refresh(Operation& operation, ThreadRecord& thread) {
  if (!follows_kernel(thread.boost) || !base_is_stale(thread.boost, platform::coarse_ms())) return;
  const PiLock lock(operation.view(), thread, operation.lock_timeout());
  if (!lock.is_held()) return;
  const Key before = base_key(thread.boost);
  const bool changed = refresh_base(thread.boost, target_of(operation.view(), thread), platform::coarse_ms());
  if (changed && thread.block_count.load(std::memory_order_seq_cst) != 0)
    operation.deferred.walk(operation.view(), operation.view().slot_of_thread(thread));
  // A lower base makes donations due that were not worth publishing: see follow_owners().
  if (base_key(thread.boost) < before && thread.owned.load(kRelaxed) != 0) ask_its_reaper(operation, thread);
}

void have_it_followed(Operation& operation, const ThreadRecord& thread) {
  if (!follows_kernel(thread.boost)) return;
  const ProcessRecord* const process = operation.view().process(slot_of(thread.process.load(kRelaxed)));
  constexpr std::uint32_t kUnderWay = kRequestBoosts | kFollowsOwners;
  if (process != nullptr && (process->requests.load(std::memory_order_seq_cst) & kUnderWay) == 0)
    ask_its_reaper(operation, thread);
}

void apply_own_level(Operation& operation) {
  ThreadRecord& thread = *operation.record();
  const PiLock lock(operation.view(), thread);
  if (lock.is_held()) apply(thread.boost, target_of(operation.view(), thread));
}

priority::Key own_key(Operation& operation) {
  refresh(operation, *operation.record());
  return effective_key(operation.record()->boost);
}

void end_deferred(const SegmentView& view, const ThreadState& self) {
  ThreadRecord& thread = *self.record;
  {
    const PiLock lock(view, thread);
    if (!lock.is_held()) return;
    const bool lowering = (thread.after_release.load(kRelaxed) & kAfterReleaseLowering) != 0;
    thread.after_release.fetch_and(static_cast<std::uint8_t>(~(kAfterReleaseBoosted | kAfterReleaseLowering)),
                                   kRelaxed);
    if (lowering && thread.boost.lowering.exchange(0, kRelaxed) != 0) {
      set_base(thread.boost, target_of(view, thread), thread.boost.lowered_base.load(kRelaxed));
    }
    end_keeping(thread.boost);
    recompute(thread.boost);
    apply(thread.boost, target_of(view, thread));
    RTSS_STEP("level.lowered");
  }
}

bool base_scheduling(const SegmentView& view, const ThreadState& self, priority::Scheduling* scheduling) {
  ThreadRecord& thread = *self.record;
  const PiLock lock(view, thread, further_lock_timeout());
  if (!lock.is_held()) return false;
  if (thread.boost.boosted.load(kRelaxed) == 0) return priority::read_scheduling(0, scheduling) == 0;
  *scheduling = thread.boost.saved;
  return true;
}

void end_boost(const SegmentView& view, ThreadRecord& thread, platform::Deadline deadline) {
  if (thread.boost.boosted.load(kRelaxed) == 0) return;
  const PiLock lock(view, thread, deadline);
  if (!lock.is_held()) return;
  const std::int32_t tid = thread.tid.load(kRelaxed);
  if (!platform::is_gone(thread.pid.load(kRelaxed), tid)) undo_boost(thread.boost, tid);
  thread.boost.boosted.store(0, kRelaxed);
}

bool reset_boost(const SegmentView& view, ThreadRecord& thread, Identity new_identity, platform::Deadline deadline) {
  const PiLock lock(view, thread, deadline);
  if (!lock.is_held() && !deadline.is_never()) return false;
  const std::int32_t pid = thread.pid.load(kRelaxed);
  const std::int32_t tid = thread.tid.load(kRelaxed);
  const std::uint64_t sealed_start = thread.sealed_start.load(kRelaxed);
  const bool boosted = thread.boost.boosted.load(kRelaxed) != 0;
  const std::uint64_t start = boosted ? platform::start_time(pid, tid) : 0;
  if (start != 0 && platform::seal(pid, tid, start) == sealed_start) undo_boost(thread.boost, tid);
  thread.identity.store(new_identity, std::memory_order_release);
  priority::reset(thread.boost);
  return true;
}

}  // namespace rtss::runtime
