#include "runtime/sync/grant.h"

#include "platform/steps.h"
#include "runtime/sync/grant_all.h"
#include "runtime/sync/queue.h"
#include "runtime/sync/recording.h"

namespace rtss::runtime {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

bool can_serve_anyone(const Object& object) { return is_signaled(object, object.word.load(kRelaxed), 0); }

void grant(SlowPath& slow, Object& object, BlockRef ref) {
  const SegmentView& view = slow.view();
  WaitBlock& block = *view.block(ref);
  ThreadRecord& waiter = view.threads[thread_of(ref)];
  const Word word = object.word.load(kRelaxed);
  const Word redo = satisfied(object, word, waiter.identity.load(kRelaxed));
  block.pulsed.store(is_pulsed(object, word) ? 1 : 0, kRelaxed);
  block.redo.store(redo, std::memory_order_release);  // (G2)
  RTSS_STEP("grant.redo");
  const Commit outcome = commit_grant(waiter, index_of(ref), is_abandoned(object, word));
  const bool committed = outcome != Commit::kMissed;
  RTSS_STEP("grant.committed");
  if (committed) object.word.change(word, redo);
  RTSS_STEP("grant.word");
  leave_queue(view, object, ref);
  RTSS_STEP("grant.unlinked");
  if (committed) note_granted(slow, object, ref, is_abandoned(object, word));
  const Word self = block.word.load(kRelaxed);
  block.word.store(
      committed ? make_block_word(BlockState::kHeld, block_object(self), block_generation(self)) : kFreeBlock,
      std::memory_order_release);
  RTSS_STEP("grant.held");
  if (outcome == Commit::kAsleep) slow.deferred.wake(view, thread_of(ref));
}

}  // namespace

void leave_queue(const SegmentView& view, Object& object, BlockRef ref) {
  queue::remove(view, object, ref);
  const std::uint32_t hint = object.all_hint.load(kRelaxed);
  if (view.block(ref)->wait_all.load(kRelaxed) != 0 && hint != 0) {
    object.all_hint.store(hint - 1, std::memory_order_seq_cst);
  }
}

void unlink(const SegmentView& view, Object& object, BlockRef ref) {
  leave_queue(view, object, ref);
  view.block(ref)->word.store(kFreeBlock, std::memory_order_release);
}

void distribute(SlowPath& slow, Object& object) {
  const SegmentView& view = slow.view();
  const BlockWord linked =
      make_block_word(BlockState::kLinked, view.slot_of_object(object), generation_of(object.word.load(kRelaxed)));
  BlockRef ref = object.head.load(kRelaxed);
  bool rebuilt = false;
  for (std::uint32_t steps = view.limits.threads * kBlocksPerThread; steps != 0; --steps) {
    if (!can_serve_anyone(object)) return;
    WaitBlock* const block = view.block(ref);
    if (block == nullptr) return;
    if (block->word.load(kRelaxed) != linked) {  // only damage queues a block that says otherwise
      if (rebuilt) return;                       // and does it again
      rebuilt = true;
      queue::rebuild(view, object);
      ref = object.head.load(kRelaxed);
      continue;
    }
    const BlockRef next = block->next.load(kRelaxed);
    if (platform::RobustLock::is_dead(view.threads[thread_of(ref)].life.observe())) {
      unlink(view, object, ref);
    } else if (block->wait_all.load(kRelaxed) != 0) {
      if (slow.holds_all()) try_grant_all(slow, thread_of(ref), object);
    } else {
      grant(slow, object, ref);
    }
    ref = next;
  }
}

}  // namespace rtss::runtime
