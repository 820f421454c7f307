#include "runtime/life/owners.h"

#include <algorithm>

#include "runtime/segment/object.h"
#include "runtime/sync/lock_timeouts.h"
#include "runtime/sync/slow_path.h"
#include "runtime/sync/thread_boost.h"

namespace rtss::runtime {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

// The owner of what one block is queued for. True if the owner is this process's, and follows the kernel.
bool follow_owner(const SegmentView& view, Identity process, BlockRef ref) {
  const WaitBlock& block = view.blocks[ref];
  const BlockWord word = block.word.load(std::memory_order_seq_cst);  // after kFollowsOwners was cleared
  Object* const object = view.object(block_object(word));
  if (block_state(word) != BlockState::kLinked || object == nullptr || kind_of(*object) != Kind::kMutex) return false;
  const Identity owner = mutex::owner(object->word.load(std::memory_order_acquire));
  ThreadRecord* const thread = occupant(view, owner);
  if (thread == nullptr || thread->process.load(kRelaxed) != process || !follows_kernel(thread->boost)) return false;
  SlowPath slow(view, nullptr);
  refresh(slow, *thread);
  const bool is_due = block.key.load(kRelaxed) > base_key(thread->boost) && thread_of(ref) != slot_of(owner) &&
                      object->boost.owner.load(kRelaxed) != owner;
  if (is_due && slow.begin(*object, slow.lock_timeout()) == SlowPath::Begin::kLocked) slow.finish(*object);
  slow.leave();
  return true;
}

}  // namespace

void apply_refused(const SegmentView& view, Identity process) {
  const std::uint32_t used = threads_used(view);
  for (std::uint32_t slot = 0; slot < used; ++slot) {
    ThreadRecord& thread = view.threads[slot];
    if (thread.boost.refused.load(std::memory_order_acquire) == 0 || thread.process.load(kRelaxed) != process) continue;
    const PiLock lock(view, thread, brief_timeout());
    if (!lock.is_held() || thread.process.load(kRelaxed) != process) continue;
    apply(thread.boost, target_of(view, thread));
    thread.boost.refused.store(0, kRelaxed);  // refused to its own process as well: not asked again
  }
}

bool follow_owners(const SegmentView& view, Identity process) {
  if (view.inheritance == Inheritance::kOff) return false;
  bool found = false;
  const std::uint32_t used = threads_used(view);
  for (std::uint32_t slot = 0; slot < used; ++slot) {
    const std::uint32_t count =
        std::min(view.threads[slot].block_count.load(std::memory_order_seq_cst), kBlocksPerThread);
    for (std::uint32_t i = 0; i < count; ++i) found = follow_owner(view, process, make_block_ref(slot, i)) || found;
  }
  return found;
}

}  // namespace rtss::runtime
