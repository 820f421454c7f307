#include "runtime/sync/queue.h"

#include <algorithm>

namespace rtss::runtime::queue {

namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

// Does `a` go before `b`?
bool precedes(const WaitBlock& a, const WaitBlock& b) {
  const priority::Key ka = a.key.load(kRelaxed);
  const priority::Key kb = b.key.load(kRelaxed);
  if (ka != kb) return ka > kb;
  return a.ticket.load(kRelaxed) < b.ticket.load(kRelaxed);
}

void set_next(const SegmentView& view, Object& object, BlockRef ref, BlockRef next) {
  WaitBlock* const block = view.block(ref);
  (block != nullptr ? block->next : object.head).store(next, kRelaxed);
}

void set_previous(const SegmentView& view, Object& object, BlockRef ref, BlockRef previous) {
  WaitBlock* const block = view.block(ref);
  (block != nullptr ? block->previous : object.tail).store(previous, kRelaxed);
}

void link_after(const SegmentView& view, Object& object, BlockRef at, BlockRef ref) {
  WaitBlock& block = *view.block(ref);
  const WaitBlock* const before = view.block(at);
  const BlockRef next = (before != nullptr ? before->next : object.head).load(kRelaxed);
  block.previous.store(at, kRelaxed);
  block.next.store(next, kRelaxed);
  set_next(view, object, at, ref);
  set_previous(view, object, next, ref);
}

std::uint32_t block_capacity(const SegmentView& view) { return view.limits.threads * kBlocksPerThread; }

// False if the links run in a circle, which only damage makes them do.
bool place(const SegmentView& view, Object& object, BlockRef ref) {
  const WaitBlock& block = *view.block(ref);
  BlockRef at = object.tail.load(kRelaxed);
  for (std::uint32_t steps = block_capacity(view); steps != 0; --steps) {
    const WaitBlock* const other = view.block(at);
    if (other == nullptr || !precedes(block, *other)) {
      link_after(view, object, other == nullptr ? kNoSlot : at, ref);
      return true;
    }
    at = other->previous.load(kRelaxed);
  }
  return false;
}

bool is_sound(const SegmentView& view, const Object& object, BlockRef ref) {
  const WaitBlock& block = *view.block(ref);
  const WaitBlock* const after = view.block(block.next.load(kRelaxed));
  const WaitBlock* const before = view.block(block.previous.load(kRelaxed));
  return (after != nullptr ? after->previous : object.tail).load(kRelaxed) == ref &&
         (before != nullptr ? before->next : object.head).load(kRelaxed) == ref;
}

}  // namespace

void insert(const SegmentView& view, Object& object, BlockRef ref) {
  if (!place(view, object, ref)) rebuild(view, object);
}

void remove(const SegmentView& view, Object& object, BlockRef ref) {
  if (!is_sound(view, object, ref)) rebuild(view, object);
  const WaitBlock& block = *view.block(ref);
  const BlockRef next = block.next.load(kRelaxed);
  const BlockRef previous = block.previous.load(kRelaxed);
  set_next(view, object, previous, next);
  set_previous(view, object, next, previous);
}

void rebuild(const SegmentView& view, Object& object) {
  const std::uint32_t slot = view.slot_of_object(object);
  const std::uint32_t generation = generation_of(object.word.load(kRelaxed));
  object.head.store(kNoSlot, kRelaxed);
  object.tail.store(kNoSlot, kRelaxed);
  Ticket ticket = object.next_ticket.load(kRelaxed);
  std::uint32_t wait_alls = 0;
  const BlockWord linked = make_block_word(BlockState::kLinked, slot, generation);
  const std::uint32_t threads = threads_used(view);
  for (std::uint32_t t = 0; t < threads; ++t) {
    const std::uint32_t count = std::min(view.threads[t].block_count.load(std::memory_order_acquire), kBlocksPerThread);
    for (std::uint32_t i = 0; i < count; ++i) {
      WaitBlock& block = view.blocks[make_block_ref(t, i)];
      if (block.word.load(std::memory_order_acquire) != linked) continue;
      ticket = std::max(ticket, block.ticket.load(kRelaxed) + 1);
      if (block.wait_all.load(kRelaxed) != 0) ++wait_alls;
      place(view, object, make_block_ref(t, i));
    }
  }
  object.next_ticket.store(ticket, kRelaxed);
  object.all_hint.store(wait_alls, std::memory_order_seq_cst);
}

priority::Key top_key(const SegmentView& view, const Object& object) {
  const WaitBlock* const top = view.block(object.head.load(kRelaxed));
  return top == nullptr ? priority::kKeyBelowLevels : top->key.load(kRelaxed);
}

}  // namespace rtss::runtime::queue
