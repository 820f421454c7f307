#include "runtime/sync/queue.h"

#include <algorithm>
#include <array>
#include <bit>

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

// From both ends at once: most arrivals go before all others or behind them. False if the links run in a circle, which
// only damage makes them do.
bool place(const SegmentView& view, Object& object, BlockRef ref) {
  const WaitBlock& block = *view.block(ref);
  BlockRef back = object.tail.load(kRelaxed);
  BlockRef front = object.head.load(kRelaxed);
  for (std::uint32_t steps = block_capacity(view); steps != 0; --steps) {
    const WaitBlock* const last = view.block(back);
    if (last == nullptr || !precedes(block, *last)) {
      link_after(view, object, last == nullptr ? kNoSlot : back, ref);
      return true;
    }
    const WaitBlock* const first = view.block(front);
    if (first != nullptr && precedes(block, *first)) {
      const BlockRef before = first->previous.load(kRelaxed);
      link_after(view, object, view.block(before) == nullptr ? kNoSlot : before, ref);
      return true;
    }
    back = last->previous.load(kRelaxed);
    front = first == nullptr ? kNoSlot : first->next.load(kRelaxed);
  }
  return false;
}

// ---- sorting ------------------------------------------------------------------------------------------------------

// Two chains by `next`, each in order, into one.
BlockRef merged(const SegmentView& view, BlockRef a, BlockRef b) {
  std::atomic<BlockRef> head{kNoSlot};
  std::atomic<BlockRef>* end = &head;
  for (std::uint32_t steps = block_capacity(view); steps != 0; --steps) {  // only damage makes a chain longer
    WaitBlock* const of_a = view.block(a);
    WaitBlock* const of_b = view.block(b);
    if (of_a == nullptr || of_b == nullptr) break;
    const bool b_is_first = precedes(*of_b, *of_a);
    BlockRef& first = b_is_first ? b : a;
    end->store(first, kRelaxed);
    end = &(b_is_first ? of_b : of_a)->next;
    first = end->load(kRelaxed);
  }
  end->store(view.block(a) != nullptr ? a : b, kRelaxed);
  return head.load(kRelaxed);
}

// A merge sort from the bottom up: runs_[i] is a chain of 2^i blocks, or empty.
class Sorter {
 public:
  explicit Sorter(const SegmentView& view) : view_(view) { runs_.fill(kNoSlot); }
  void add(BlockRef ref) {
    view_.block(ref)->next.store(kNoSlot, kRelaxed);
    std::size_t i = 0;
    for (; i + 1 < runs_.size() && runs_[i] != kNoSlot; ++i) {
      ref = merged(view_, runs_[i], ref);
      runs_[i] = kNoSlot;
    }
    runs_[i] = merged(view_, runs_[i], ref);
  }
  [[nodiscard]] BlockRef chain() const {
    BlockRef all = kNoSlot;
    for (const BlockRef run : runs_) all = merged(view_, run, all);
    return all;
  }

 private:
  static constexpr std::size_t kRuns = std::bit_width(kMaxLimits.threads * kBlocksPerThread);
  const SegmentView& view_;
  std::array<BlockRef, kRuns> runs_{};
};

void set_chain(const SegmentView& view, Object& object, BlockRef chain) {
  object.head.store(chain, kRelaxed);
  BlockRef before = kNoSlot;
  BlockRef at = chain;
  for (std::uint32_t steps = block_capacity(view); steps != 0; --steps) {
    WaitBlock* const block = view.block(at);
    if (block == nullptr) break;
    block->previous.store(before, kRelaxed);
    before = at;
    at = block->next.load(kRelaxed);
  }
  object.tail.store(before, kRelaxed);
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
  Sorter sorter(view);
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
      sorter.add(make_block_ref(t, i));
    }
  }
  set_chain(view, object, sorter.chain());
  object.next_ticket.store(ticket, kRelaxed);
  object.all_hint.store(wait_alls, std::memory_order_seq_cst);
}

priority::Key top_key(const SegmentView& view, const Object& object) {
  const WaitBlock* const top = view.block(object.head.load(kRelaxed));
  return top == nullptr ? priority::kKeyBelowLevels : top->key.load(kRelaxed);
}

}  // namespace rtss::runtime::queue
