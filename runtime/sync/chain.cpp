#include "runtime/sync/chain.h"

#include <algorithm>

#include "priority/inheritance.h"
#include "runtime/sync/queue.h"

namespace rtss::runtime {

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
    const SlowPath::Begin begun = slow.begin(*object, slow.lock_timeout());
    if (begun == SlowPath::Begin::kBusy) slow.leave_to_reaper();
    if (begun != SlowPath::Begin::kLocked) continue;
    const priority::Key key = effective_key(thread.boost);
    if (block.word.load(std::memory_order_relaxed) == word &&
        generation_of(object->word.load(std::memory_order_relaxed)) == block_generation(word) &&
        block.key.load(std::memory_order_relaxed) != key) {
      queue::remove(view, *object, ref);
      block.key.store(key, std::memory_order_relaxed);
      queue::insert(view, *object, ref);
    }
    slow.complete(*object);
  }
}

}  // namespace rtss::runtime
