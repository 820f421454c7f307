#include "runtime/sync/repair.h"

#include <algorithm>

#include "platform/steps.h"
#include "runtime/segment/object.h"
#include "runtime/sync/donations.h"
#include "runtime/sync/queue.h"
#include "runtime/sync/recording.h"

namespace rtss::runtime {

namespace {

// LINKED here while its thread is SATISFIED through it means exactly one thing: a grant that died half-way (G1).
void redo_block(Operation& operation, Object& object, BlockRef ref, std::uint32_t park) {
  WaitBlock& block = *operation.view().block(ref);
  const BlockWord word = block.word.load(std::memory_order_acquire);
  const Word redo = block.redo.load(std::memory_order_acquire);
  if (generation_of(redo) != block_generation(word)) return;  // never written for this occupant
  if (block_state(word) == BlockState::kLinked && park_covers(park, index_of(ref))) {
    object.word.change(object.word.load(std::memory_order_relaxed), redo | kSlow);
    note_repaired(operation, object, ref);
    block.word.store(make_block_word(BlockState::kHeld, block_object(word), block_generation(word)),
                     std::memory_order_release);
  } else if (block_state(word) == BlockState::kReturning) {
    object.word.change(object.word.load(std::memory_order_relaxed), redo | kSlow);
    block.word.store(kFreeBlock, std::memory_order_release);
  }
}

}  // namespace

void repair(Operation& operation, Object& object) {
  RTSS_STEP("repair.consistent");
  const SegmentView& view = operation.view();
  const std::uint32_t slot = view.slot_of_object(object);
  const std::uint32_t generation = generation_of(object.word.load(std::memory_order_relaxed));
  const std::uint32_t threads = threads_used(view);
  for (std::uint32_t t = 0; t < threads; ++t) {
    ThreadRecord& thread = view.threads[t];
    const std::uint32_t count = std::min(thread.block_count.load(std::memory_order_acquire), kBlocksPerThread);
    for (std::uint32_t i = 0; i < count; ++i) {
      const BlockRef ref = make_block_ref(t, i);
      const BlockWord word = view.blocks[ref].word.load(std::memory_order_acquire);
      if (block_object(word) != slot || block_generation(word) != generation) continue;
      redo_block(operation, object, ref, thread.park.load(std::memory_order_acquire));
    }
  }
  RTSS_STEP("repair.redone");
  queue::rebuild(view, object);
  RTSS_STEP("repair.rebuilt");
  reconsider_donation(operation, object);
  object.recheck.store(1, std::memory_order_release);
  RTSS_STEP("repair.done");
}

}  // namespace rtss::runtime
