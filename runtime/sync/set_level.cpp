#include "runtime/sync/set_level.h"

#include <algorithm>

#include "platform/clock.h"
#include "platform/steps.h"
#include "platform/thread_calls.h"
#include "runtime/segment/object.h"
#include "runtime/sync/slow_path.h"
#include "runtime/sync/thread_boost.h"

namespace rtss::runtime {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

using priority::Key;

// A lower base makes donations due that were not worth publishing.
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
  RTSS_STEP("level.deferred");
}

// Another thread's last release may have looked for the flag just before it was set; its next could be far away. Past
// the barrier either that release has seen the flag, or we see that it has left nothing owned.
bool lower_if_it_has_released(SlowPath& slow, Identity identity) {
  platform::order_all_threads();
  ThreadRecord* const thread = occupant(slow.view(), identity);
  if (thread == nullptr || thread->owned.load(kRelaxed) != 0) return false;
  const PiLock lock(slow.view(), *thread);
  if (!lock.is_held() || thread->identity.load(kRelaxed) != identity) return false;
  if (thread->owned.load(kRelaxed) != 0 || thread->boost.lowering.exchange(0, kRelaxed) == 0) return false;
  set_base(thread->boost, target_of(slow.view(), *thread), thread->boost.lowered_base.load(kRelaxed));
  if (thread->block_count.load(std::memory_order_seq_cst) != 0) slow.deferred.walk(slow.view(), slot_of(identity));
  return true;
}

}  // namespace

Status set_level(const SegmentView& view, const ThreadState& self, Identity identity, int level) {
  const Key key = priority::key_of_level(level);
  SlowPath slow(view, &self);
  bool deferred = false;
  bool makes_donations_due = false;
  {
    ThreadRecord* const thread = occupant(view, identity);
    if (thread == nullptr) return Status::kInvalidHandle;
    const PiLock lock(view, *thread);
    if (!lock.is_held()) return Status::kCorrupt;
    if (thread->identity.load(kRelaxed) != identity) return Status::kInvalidHandle;
    const Key before = base_key(thread->boost);
    refresh_base(thread->boost, target_of(view, *thread), platform::coarse_ms());  // it may follow the kernel until now
    const bool owns = thread->owned.load(kRelaxed) != 0;
    deferred = owns && key < base_key(thread->boost);
    if (deferred) {
      defer_lowering(*thread, key);
    } else {
      thread->boost.lowering.store(0, kRelaxed);  // a later raise overrides a lowering that has not happened yet
      const int error = set_base(thread->boost, target_of(view, *thread), key);
      RTSS_STEP("level.set");
      if (error != 0 && priority::realtime_mode() == priority::Realtime::kRequire) return Status::kPrivilegeNotHeld;
      if (thread->block_count.load(std::memory_order_seq_cst) != 0) slow.deferred.walk(slow.view(), slot_of(identity));
    }
    // Another thread may have taken a mutex that it has not counted yet.
    makes_donations_due = base_key(thread->boost) < before && (owns || identity != self.identity);
  }
  if (deferred && identity != self.identity && lower_if_it_has_released(slow, identity)) makes_donations_due = true;
  if (makes_donations_due) settle_owned(slow, identity);
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

}  // namespace rtss::runtime
