// Wait-all: nothing is taken until everything can be taken at once. Only the holder of the all-lock may hold several
// object locks; any order is then safe, because single lockers never wait for a second object while they hold one.
#include <algorithm>
#include <array>

#include "platform/steps.h"
#include "runtime/sync/chain.h"
#include "runtime/sync/grant.h"
#include "runtime/sync/queue.h"
#include "runtime/sync/wait.h"

namespace rtss::runtime {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

// The objects that a queued wait-all stands at, as its blocks say.
struct Members {
  std::array<Object*, kBlocksPerThread> objects;
  std::uint32_t count = 0;
};

bool is_member(const Members& members, std::uint32_t count, const Object* object) {
  const auto end = members.objects.begin() + count;
  return std::find(members.objects.begin(), end, object) != end;
}

// False: no longer waiting, or blocks that do not fit each other. Only damage lets two name one object, whose lock
// would then be waited for by its holder.
bool members_of(const SegmentView& view, std::uint32_t thread_slot, Members* members) {
  const ThreadRecord& thread = view.threads[thread_slot];
  members->count = std::min(thread.block_count.load(std::memory_order_acquire), kBlocksPerThread);
  if (park_state(thread.park.load(std::memory_order_acquire)) != Park::kWaiting) return false;
  for (std::uint32_t i = 0; i < members->count; ++i) {
    const WaitBlock& block = view.blocks[make_block_ref(thread_slot, i)];
    const BlockWord word = block.word.load(std::memory_order_acquire);
    Object* const object = view.object(block_object(word));
    if (block_state(word) != BlockState::kLinked || object == nullptr || block.wait_all.load(kRelaxed) == 0)
      return false;
    if (generation_of(object->word.load(std::memory_order_acquire)) != block_generation(word)) return false;
    if (is_member(*members, i, object)) return false;
    members->objects[i] = object;
  }
  return members->count != 0;
}

bool all_signaled(const Members& members, Identity who) {
  return std::all_of(members.objects.begin(), members.objects.begin() + members.count, [who](const Object* object) {
    return is_signaled(*object, object->word.load(std::memory_order_acquire), who);
  });
}

// Steps a4-a6, every member locked.
void grant_all(SlowPath& slow, std::uint32_t thread_slot, const Members& members) {
  const SegmentView& view = slow.view();
  ThreadRecord& waiter = view.threads[thread_slot];
  const Identity who = waiter.identity.load(kRelaxed);
  bool abandoned = false;
  for (std::uint32_t i = 0; i < members.count; ++i) {
    const Word word = members.objects[i]->word.load(kRelaxed);
    abandoned = abandoned || is_abandoned(*members.objects[i], word);
    WaitBlock& block = view.blocks[make_block_ref(thread_slot, i)];
    block.pulsed.store(is_pulsed(*members.objects[i], word) ? 1 : 0, kRelaxed);
    block.redo.store(satisfied(*members.objects[i], word, who), std::memory_order_release);
  }
  RTSS_STEP("all.redo");
  const Claim outcome = claim(waiter, kParkAll, abandoned);
  RTSS_STEP("all.claimed");
  if (outcome == Claim::kMissed) return;  // timed out: it unlinks its blocks itself
  for (std::uint32_t i = 0; i < members.count; ++i) {
    const BlockRef ref = make_block_ref(thread_slot, i);
    WaitBlock& block = view.blocks[ref];
    Object& object = *members.objects[i];
    object.word.store(block.redo.load(kRelaxed), std::memory_order_release);
    RTSS_STEP("all.word");
    const BlockWord word = block.word.load(kRelaxed);
    queue::remove(view, object, ref);
    object.all_hint.store(object.all_hint.load(kRelaxed) - 1, std::memory_order_seq_cst);
    block.word.store(make_block_word(BlockState::kHeld, block_object(word), block_generation(word)),
                     std::memory_order_release);
    RTSS_STEP("all.held");
  }
  if (outcome == Claim::kAsleep) slow.wake_later(thread_slot);
}

bool is_locked_already(const Object* object, const Object& locked) { return object == &locked; }

}  // namespace

bool try_grant_all(SlowPath& slow, std::uint32_t thread_slot, Object& locked) {
  const SegmentView& view = slow.view();
  const Identity who = view.threads[thread_slot].identity.load(kRelaxed);
  Members members;
  if (!members_of(view, thread_slot, &members) || !all_signaled(members, who)) return false;  // a look without locks
  std::uint32_t held = 0;
  bool usable = true;
  for (; held < members.count && usable; ++held) {
    Object* const object = members.objects[held];
    if (!is_locked_already(object, locked)) usable = slow.lock_one(*object) == SlowPath::Begin::kLocked;
    if (!usable) break;
  }
  RTSS_STEP("all.locked");
  Members again;
  const bool unchanged =
      usable && members_of(view, thread_slot, &again) && again.count == members.count &&
      std::equal(again.objects.begin(), again.objects.begin() + again.count, members.objects.begin());
  const bool granted = unchanged && all_signaled(members, who);
  if (granted) grant_all(slow, thread_slot, members);
  for (std::uint32_t i = 0; i < held; ++i) {
    if (!is_locked_already(members.objects[i], locked)) slow.finish(*members.objects[i]);
  }
  RTSS_STEP("all.unlocked");
  return granted;
}

namespace {

bool are_signaled(std::span<const ObjectRef> objects, Identity who) {
  return std::all_of(objects.begin(), objects.end(), [who](const ObjectRef& ref) {
    return is_signaled(*ref.object, ref.object->word.load(kRelaxed), who);
  });
}

// Steps a1-a3: everything locked, linked, tried, unlocked. kNotFound: an object had to be repaired, try again. A poll
// that cannot succeed links nothing, so it boosts nobody.
Status queue_all(const SegmentView& view, ThreadState& self, std::span<const ObjectRef> objects, bool is_poll) {
  SlowPath slow(view, &self);
  Status status =
      slow.lock_all() == SlowPath::Begin::kLocked ? Status::kOk : report_corruption("the all-lock is unusable");
  std::uint32_t held = 0;
  bool repaired = false;
  for (; held < objects.size() && status == Status::kOk; ++held) {
    if (slow.lock_one(*objects[held].object) != SlowPath::Begin::kLocked) {
      status = report_corruption("an object lock is unusable");
      break;
    }
    repaired = repaired || objects[held].object->recheck.load(kRelaxed) != 0;
    if (generation_of(objects[held].object->word.load(kRelaxed)) != objects[held].generation)
      status = Status::kInvalidHandle;
  }
  // What a dead holder changed is for those who waited then: it is distributed (by the rechecks of leave()) before this
  // wait queues, and the caller tries again.
  if (status == Status::kOk && repaired) status = Status::kNotFound;
  if (status == Status::kOk && (!is_poll || are_signaled(objects, self.identity))) {
    RTSS_STEP("all.locked");
    start_waiting(self, static_cast<std::uint32_t>(objects.size()));
    for (std::uint32_t i = 0; i < held; ++i) link_block(slow, self, i, objects[i], true);
    RTSS_STEP("all.linked");
    Members members;
    if (members_of(view, slot_of(self.identity), &members) && all_signaled(members, self.identity)) {
      grant_all(slow, slot_of(self.identity), members);
    }
  }
  for (std::uint32_t i = 0; i < held; ++i) slow.finish(*objects[i].object);
  RTSS_STEP("all.unlocked");
  slow.leave();
  collect_orphans(view, &self, slow);
  return status;
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
  do {  // again only after a death that this thread repaired
    status = queue_all(view, self, objects, timeout.is_poll());
  } while (status == Status::kNotFound);
  if (status != Status::kOk) return wait_failed(status);
  const auto count = static_cast<std::uint32_t>(objects.size());
  sleep_until_told(view, self, count, timeout);
  leave_queues(view, self, count);
  const std::uint32_t park = acknowledge(self, count);
  if (park_state(park) != Park::kSatisfied) return kWaitTimedOut;
  take_ownership(self, objects, nested);
  return wait_satisfied(0, (park & kParkAbandoned) != 0);
}

}  // namespace rtss::runtime
