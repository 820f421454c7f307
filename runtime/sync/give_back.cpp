#include "runtime/sync/give_back.h"

#include <algorithm>

#include "platform/steps.h"
#include "runtime/sync/grant.h"

namespace rtss::runtime {

namespace {

using platform::Deadline;
constexpr auto kRelaxed = std::memory_order_relaxed;

// A unit that was handed over but never acknowledged goes back (U1). What a pulse gave does not: the pulse is over. [O]
void give_back(Object& object, WaitBlock& block) {
  if (block.pulsed.load(kRelaxed) != 0) {
    block.word.store(kFreeBlock, std::memory_order_release);
    return;
  }
  const BlockWord word = block.word.load(kRelaxed);
  const Word now = object.word.load(kRelaxed);
  const Word redo = returned(object, now);
  block.redo.store(redo, std::memory_order_release);
  block.word.store(make_block_word(BlockState::kReturning, block_object(word), block_generation(word)),
                   std::memory_order_release);
  RTSS_STEP("sweep.returning");
  object.word.change(now, redo);
  RTSS_STEP("sweep.word");
  block.word.store(kFreeBlock, std::memory_order_release);
  RTSS_STEP("sweep.returned");
}

}  // namespace

void clean_blocks(SlowPath& slow, Object& object, std::uint32_t thread_slot) {
  const SegmentView& view = slow.view();
  ThreadRecord& thread = view.threads[thread_slot];
  const std::uint32_t object_slot = view.slot_of_object(object);
  const std::uint32_t generation = generation_of(object.word.load(kRelaxed));
  const std::uint32_t park = thread.park.load(std::memory_order_acquire);
  const std::uint32_t count = std::min(thread.block_count.load(std::memory_order_acquire), kBlocksPerThread);
  for (std::uint32_t i = 0; i < count; ++i) {
    const BlockRef ref = make_block_ref(thread_slot, i);
    const BlockWord word = view.blocks[ref].word.load(std::memory_order_acquire);
    if (block_object(word) != object_slot || block_generation(word) != generation) continue;
    if (block_state(word) == BlockState::kLinked)
      unlink(view, object, ref);
    else if (block_state(word) == BlockState::kHeld && park_covers(park, i))
      give_back(object, view.blocks[ref]);
    RTSS_STEP("sweep.block");
  }
}

std::uint32_t return_units(const SegmentView& view, const ThreadState& self) {
  const ThreadRecord& thread = *self.record;
  const std::uint32_t slot = view.slot_of_thread(thread);
  const std::uint32_t count = std::min(thread.block_count.load(kRelaxed), kBlocksPerThread);
  std::uint32_t mutexes = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const BlockWord word = self.blocks[i].word.load(std::memory_order_acquire);
    Object* const object = view.object(block_object(word));
    if (block_state(word) != BlockState::kHeld || object == nullptr) continue;
    if (kind_of(*object) == Kind::kMutex) {
      ++mutexes;
      continue;
    }
    visit(view, &self, *object, Deadline::never(),
          [slot](SlowPath& slow, Object& locked) { clean_blocks(slow, locked, slot); });
  }
  return mutexes;
}

}  // namespace rtss::runtime
