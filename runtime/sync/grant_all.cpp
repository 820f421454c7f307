#include "runtime/sync/grant_all.h"

#include <algorithm>
#include <array>

#include "platform/steps.h"
#include "runtime/sync/grant.h"
#include "runtime/sync/recording.h"

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

// Steps a4-a6, every member locked (A1).
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
    block.redo.store(satisfied(*members.objects[i], word, who), std::memory_order_release);  // (G2)
  }
  RTSS_STEP("all.redo");
  const Commit outcome = commit_grant(waiter, kParkAll, abandoned);
  RTSS_STEP("all.committed");
  if (outcome == Commit::kMissed) return;  // timed out: it unlinks its blocks itself
  for (std::uint32_t i = 0; i < members.count; ++i) {
    const BlockRef ref = make_block_ref(thread_slot, i);
    WaitBlock& block = view.blocks[ref];
    Object& object = *members.objects[i];
    const Word before = object.word.load(kRelaxed);
    object.word.change(before, block.redo.load(kRelaxed));
    RTSS_STEP("all.word");
    const BlockWord word = block.word.load(kRelaxed);
    leave_queue(view, object, ref);
    note_granted(slow, object, ref, is_abandoned(object, before));
    block.word.store(make_block_word(BlockState::kHeld, block_object(word), block_generation(word)),
                     std::memory_order_release);
    RTSS_STEP("all.held");
  }
  if (outcome == Commit::kAsleep) slow.deferred.wake(view, thread_slot);
}

bool is_locked_already(const Object* object, const Object& locked) { return object == &locked; }

// The holder of a busy member distributes it in the caller's stead: it looks for RECHECK after its unlock. If that look
// came before this, the lock is free now: see try_destroy().
bool lock_or_leave(SlowPath& slow, Object& object) {
  SlowPath::Begin begun = slow.lock_member(object);
  if (begun == SlowPath::Begin::kBusy) {
    object.recheck.store(1, std::memory_order_seq_cst);
    RTSS_STEP("all.put_off");
    begun = slow.lock_member(object);
  }
  return begun == SlowPath::Begin::kLocked;
}

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
    if (!is_locked_already(object, locked)) usable = lock_or_leave(slow, *object);
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

bool try_grant_own(SlowPath& slow, std::uint32_t thread_slot) {
  const SegmentView& view = slow.view();
  Members members;
  if (!members_of(view, thread_slot, &members)) return false;
  if (!all_signaled(members, view.threads[thread_slot].identity.load(kRelaxed))) return false;
  grant_all(slow, thread_slot, members);
  return true;
}

}  // namespace rtss::runtime
