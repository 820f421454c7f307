#include "runtime/sync/pi_lock.h"

#include "platform/steps.h"
#include "priority/inheritance.h"

namespace rtss::runtime {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

void recount_donations(const SegmentView& view, ThreadRecord& thread) {
  forget_donations(thread.boost);
  RTSS_STEP("boost.forgotten");
  const Identity identity = thread.identity.load(kRelaxed);
  const std::uint32_t objects = objects_used(view);
  for (std::uint32_t i = 0; i < objects; ++i) {
    const priority::MutexBoost& donation = view.objects[i].boost;
    if (donation.owner.load(kRelaxed) == identity) add_donation(thread.boost, donation.key.load(kRelaxed));
  }
}

}  // namespace

PiLock::PiLock(const SegmentView& view, ThreadRecord& thread, platform::Deadline deadline) : thread_(thread) {
  const platform::LockOutcome outcome =
      deadline.is_never() ? thread.pi_lock.lock() : thread.pi_lock.lock_until(deadline);
  held_ = outcome == platform::LockOutcome::kAcquired || outcome == platform::LockOutcome::kOwnerDied;
  if (outcome == platform::LockOutcome::kOwnerDied) recount_donations(view, thread);
}

}  // namespace rtss::runtime
