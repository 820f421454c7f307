#include "runtime/sync/wait_all.h"

#include <algorithm>

#include "platform/steps.h"
#include "runtime/sync/grant_all.h"
#include "runtime/sync/wait.h"

namespace rtss::runtime {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

bool are_signaled(std::span<const ObjectRef> objects, Identity who) {
  return std::all_of(objects.begin(), objects.end(), [who](const ObjectRef& ref) {
    return is_signaled(*ref.object, ref.object->word.load(kRelaxed), who);
  });
}

enum class Queueing : std::uint8_t { kDone, kAgain, kTimedOut };

// Waits for an object's lock alone, without the all-lock, and lets go of it.
Queueing await_lock(const SegmentView& view, ThreadState& self, Object& object, WaitLimit& limit) {
  SlowPath slow(view, &self);
  const SlowPath::Begin begun = slow.begin(object, limit);
  if (begun == SlowPath::Begin::kLocked) slow.complete(object);
  slow.leave();
  return begun == SlowPath::Begin::kBusy ? Queueing::kTimedOut : Queueing::kAgain;
}

// Steps a1-a3: everything locked, linked, tried, unlocked. kAgain: an object had to be repaired, or its lock waited
// for. A poll that cannot succeed links nothing, so it boosts no owner.
Queueing queue_all(const SegmentView& view, ThreadState& self, std::span<const ObjectRef> objects, WaitLimit& limit,
                   WaitNotes& notes, Status* failure) {
  SlowPath slow(view, &self);
  Status status = Status::kOk;
  Object* stuck = nullptr;
  if (const SlowPath::Begin begun = slow.lock_all(limit); begun != SlowPath::Begin::kLocked) {
    if (begun == SlowPath::Begin::kBusy) return Queueing::kTimedOut;
    status = report_corruption("the all-lock is unusable");
  }
  std::uint32_t held = 0;
  bool repaired = false;
  for (; held < objects.size() && status == Status::kOk; ++held) {
    const SlowPath::Begin begun = slow.lock_member(*objects[held].object);
    if (begun == SlowPath::Begin::kBusy) stuck = objects[held].object;
    if (begun == SlowPath::Begin::kUnusable) status = report_corruption("an object lock is unusable");
    if (begun != SlowPath::Begin::kLocked) break;
    repaired = repaired || objects[held].object->recheck.load(kRelaxed) != 0;
    if (generation_of(objects[held].object->word.load(kRelaxed)) != objects[held].generation)
      status = Status::kInvalidHandle;
  }
  // What a dead holder changed is for the waiters of that moment: it is distributed (by the rechecks of leave()) before
  // this wait queues, and the caller tries again.
  const bool is_ready = status == Status::kOk && !repaired && stuck == nullptr;
  if (is_ready && (!limit.is_poll() || are_signaled(objects, self.identity))) {
    RTSS_STEP("all.locked");
    start_waiting(self, static_cast<std::uint32_t>(objects.size()));
    for (std::uint32_t i = 0; i < held; ++i) link_block(slow, self, i, objects[i], true, notes);
    RTSS_STEP("all.linked");
    try_grant_own(slow, slot_of(self.identity));
  }
  for (std::uint32_t i = 0; i < held; ++i) slow.finish(*objects[i].object);
  RTSS_STEP("all.unlocked");
  slow.leave();
  *failure = status;
  if (stuck != nullptr && status == Status::kOk) return await_lock(view, self, *stuck, limit);
  return status == Status::kOk && repaired ? Queueing::kAgain : Queueing::kDone;
}

// A mutex the caller owns already counts as available and nests. Noted before the wait: only the caller changes it.
std::uint64_t nested_mutexes(const ThreadState& self, std::span<const ObjectRef> objects, Status* status) {
  std::uint64_t nested = 0;
  for (std::uint32_t i = 0; i < objects.size(); ++i) {
    const Object& object = *objects[i].object;
    if (kind_of(object) != Kind::kMutex || mutex::owner(object.word.load(std::memory_order_acquire)) != self.identity)
      continue;
    if (object.recursion.load(kRelaxed) >= mutex::kMaxRecursion) *status = Status::kRecursionLimit;
    nested |= std::uint64_t{1} << i;
  }
  return nested;
}

void take_ownership(ThreadState& self, std::span<const ObjectRef> objects, std::uint64_t nested) {
  for (std::uint32_t i = 0; i < objects.size(); ++i) {
    Object& object = *objects[i].object;
    if (kind_of(object) != Kind::kMutex) continue;
    if ((nested >> i & 1) != 0)
      object.recursion.store(object.recursion.load(kRelaxed) + 1, kRelaxed);
    else
      count_owned(self, 1);
  }
}

}  // namespace

WaitOutcome wait_all(const SegmentView& view, ThreadState& self, std::span<const ObjectRef> objects,
                     platform::Timeout timeout) {
  Status status = Status::kOk;
  const std::uint64_t nested = nested_mutexes(self, objects, &status);
  if (status != Status::kOk) return wait_failed(status);
  WaitLimit limit(timeout);
  if (!end_last_wait(view, self, limit)) return still_queued(limit);
  WaitNotes notes;
  Queueing queueing{};
  do {
    queueing = queue_all(view, self, objects, limit, notes, &status);
  } while (queueing == Queueing::kAgain);
  if (status != Status::kOk) return wait_failed(status);
  if (queueing == Queueing::kTimedOut) return kWaitTimedOut;
  const auto count = static_cast<std::uint32_t>(objects.size());
  sleep_until_decided(view, self, count, limit, notes);
  leave_queues(view, self, count, notes);
  const std::uint32_t park = acknowledge(self, count);
  if (park_state(park) != Park::kSatisfied) return kWaitTimedOut;
  take_ownership(self, objects, nested);
  return wait_satisfied(0, (park & kParkAbandoned) != 0);
}

}  // namespace rtss::runtime
