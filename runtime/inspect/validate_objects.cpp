// Objects: word, lifetime, donation, queue.
#include <cinttypes>
#include <limits>
#include <optional>

#include "runtime/inspect/validation.h"
#include "runtime/segment/mutex.h"
#include "runtime/segment/object.h"

namespace rtss::runtime::inspect {

namespace {

class ObjectChecker {
 public:
  ObjectChecker(const SegmentView& segment, const Truth& truth, std::uint32_t slot, Findings& findings)
      : segment_(segment),
        truth_(truth),
        slot_(slot),
        object_(segment.objects[slot]),
        word_(object_.word.load(std::memory_order_acquire)),
        kind_(object_.kind.load(std::memory_order_acquire)),
        owner_(owner_of(kind_, word_)),
        text_(object_text(segment, slot)),
        waiters_(truth.linked.at(slot)),
        findings_(findings) {}

  void check() {
    check_lock(object_.lock, "lock of " + text_, findings_);
    if (kind_ == Kind::kFree) return;
    if (!is_known(kind_)) return say("its kind is unknown");
    check_state();
    check_lifetime();
    check_slow();
    check_hints();
    check_waiters();
    check_donation();
  }

 private:
  void say(const char* what) { findings_.add("%s: %s", text_.c_str(), what); }

  void check_state() {
    switch (kind_) {
      case Kind::kMutex:
        return check_mutex();
      case Kind::kSemaphore:
        return check_semaphore();
      case Kind::kTimer:
      case Kind::kShutdownHandler:
      case Kind::kSharedMemory:
        return check_bits(0);
      default:
        check_bits(kSignaled | kPulse);
    }
    if ((state_of(word_) & kPulse) != 0) say("a pulse was left set");
  }

  void check_bits(std::uint32_t allowed) {
    const std::uint32_t unknown = state_of(word_) & ~(allowed | kSlow);
    if (unknown != 0) findings_.add("%s: its word has the unknown bits 0x%x", text_.c_str(), unknown);
  }

  void check_mutex() {
    const std::uint32_t recursion = object_.recursion.load(std::memory_order_relaxed);
    if (owner_ != 0 && occupant_thread(segment_, owner_) == nullptr) {
      findings_.add("%s: owned by identity 0x%x, which no thread has", text_.c_str(), owner_);
    }
    if (owner_ != 0 && mutex::is_abandoned(word_)) say("abandoned, yet owned");
    if (owner_ == 0 && recursion != 0) findings_.add("%s: free with recursion %u", text_.c_str(), recursion);
    if (owner_ != 0 && recursion > mutex::kMaxRecursion) say("its recursion is beyond the limit");
  }

  void check_semaphore() {
    const std::uint32_t count = state_of(word_) & kCountMask;
    const std::uint32_t maximum = semaphore_maximum(object_);
    constexpr std::uint32_t kMost = std::numeric_limits<std::int32_t>::max();
    if (maximum == 0 || maximum > kMost) findings_.add("%s: its maximum is %u", text_.c_str(), maximum);
    if (count > maximum) findings_.add("%s: its count %u exceeds its maximum %u", text_.c_str(), count, maximum);
  }

  void check_lifetime() {
    const std::uint32_t references = object_.references.load(std::memory_order_relaxed);
    const std::uint32_t handles = truth_.handles[slot_];
    if (references != handles) {
      findings_.add("%s: has %u references, but %u handles point at it", text_.c_str(), references, handles);
    }
    const bool pinned = object_.pinned.load(std::memory_order_acquire) != 0;
    const bool orphan = object_.orphan.load(std::memory_order_acquire) != 0;
    const bool wanted = handles != 0 || pinned;
    if (!wanted && owner_ == 0 && waiters_.empty() && truth_.granted[slot_] == 0) {
      say("lives for no reason: no handle, no pin, no owner, no waiter");
    } else if (orphan && wanted) {
      say("marked as an orphan, but it has a handle or a pin");
    } else if (!orphan && !wanted) {
      say("has no handle and no pin, but is not marked as an orphan");
    }
    if (orphan && object_.named.load(std::memory_order_acquire) != 0) say("an orphan that still has its name");
  }

  void check_slow() {
    if ((state_of(word_) & kSlow) != 0) return;
    if (!waiters_.empty()) say("threads are queued, but SLOW is clear");
    if (object_.orphan.load(std::memory_order_acquire) != 0) say("an orphan, but SLOW is clear");
  }

  void check_hints() {
    if (object_.recheck.load(std::memory_order_acquire) != 0) say("recheck was left set");
    std::uint32_t alls = 0;
    for (const BlockRef ref : waiters_) {
      alls += segment_.blocks[ref].wait_all.load(std::memory_order_relaxed) != 0 ? 1U : 0U;
    }
    const std::uint32_t hint = object_.all_hint.load(std::memory_order_acquire);
    if (hint != alls) {
      findings_.add("%s: its hint counts %u blocks of wait-alls, but %u are queued", text_.c_str(), hint, alls);
    }
    const Ticket next = object_.next_ticket.load(std::memory_order_relaxed);
    for (const BlockRef ref : waiters_) {
      const Ticket ticket = segment_.blocks[ref].ticket.load(std::memory_order_relaxed);
      if (ticket < next) continue;
      findings_.add("%s: its next ticket %" PRIu64 " is not beyond %" PRIu64 " of %s", text_.c_str(), next, ticket,
                    block_text(segment_, ref).c_str());
    }
  }

  // Wait-alls are judged as a whole, with their threads.
  void check_waiters() {
    for (const BlockRef ref : waiters_) {
      const ThreadRecord& thread = segment_.threads[thread_of(ref)];
      const bool waits = park_state(thread.park.load(std::memory_order_acquire)) == Park::kWaiting &&
                         is_occupied(thread) && !is_dead(thread.life);
      if (!waits || segment_.blocks[ref].wait_all.load(std::memory_order_relaxed) != 0) continue;
      if (!is_signaled(object_, word_, thread.identity.load(std::memory_order_acquire))) continue;
      findings_.add("%s: signaled, but %s waits for it", text_.c_str(), thread_text(segment_, thread_of(ref)).c_str());
      return;
    }
  }

  void check_donation() {
    const Identity donee = object_.boost.owner.load(std::memory_order_acquire);
    const BlockRef top = owner_ == 0 ? kNoSlot : top_lender(waiters_, owner_);
    const priority::Key lent =
        top == kNoSlot ? priority::kKeyBelowLevels : segment_.blocks[top].key.load(std::memory_order_relaxed);
    if (donee == 0) return check_no_donation(lent);
    if (segment_.inheritance == Inheritance::kOff) return say("donates a level, but inheritance is off");
    if (donee != owner_) {
      findings_.add("%s: donates a level to identity 0x%x, which does not own it", text_.c_str(), donee);
      return;
    }
    const priority::Key key = object_.boost.key.load(std::memory_order_relaxed);
    if (key == lent) return;
    findings_.add("%s: donates level %d to its owner, but its top waiter has %d", text_.c_str(),
                  priority::level_of_key(key), priority::level_of_key(lent));
  }

  void check_no_donation(priority::Key lent) {
    const ThreadRecord* const owner = occupant_thread(segment_, owner_);
    if (owner == nullptr || is_dead(owner->life) || segment_.inheritance == Inheritance::kOff) return;
    if (lent <= owner->boost.base.load(std::memory_order_relaxed)) return;
    findings_.add("%s: donates nothing to its owner, but its top waiter has level %d", text_.c_str(),
                  priority::level_of_key(lent));
  }

  const SegmentView& segment_;
  const Truth& truth_;
  const std::uint32_t slot_;
  const Object& object_;
  const Word word_;
  const Kind kind_;
  const Identity owner_;
  const std::string text_;
  const std::vector<BlockRef>& waiters_;
  Findings& findings_;
};

// ---- queues -------------------------------------------------------------------------------------------------------

std::string ref_text(const SegmentView& segment, BlockRef ref) {
  return segment.block(ref) == nullptr ? "nothing" : block_text(segment, ref);
}

class QueueChecker {
 public:
  QueueChecker(const SegmentView& segment, std::vector<bool>& reached, std::uint32_t slot, Findings& findings)
      : segment_(segment), reached_(reached), slot_(slot), text_(object_text(segment, slot)), findings_(findings) {}

  void check(const std::vector<BlockRef>& members) {
    const std::optional<std::vector<BlockRef>> queue = follow();
    if (!queue) return;
    for (const BlockRef ref : members) {
      if (reached_[ref]) continue;
      findings_.add("%s: %s is linked, but not in its queue", text_.c_str(), block_text(segment_, ref).c_str());
    }
    for (std::size_t i = 1; i < queue->size(); ++i) check_order((*queue)[i - 1], (*queue)[i]);
  }

 private:
  // Nothing when the queue cannot be followed to its end; what stopped it has been said.
  std::optional<std::vector<BlockRef>> follow() {
    const Object& object = segment_.objects[slot_];
    const std::uint32_t generation = generation_of(object.word.load(std::memory_order_acquire));
    std::vector<BlockRef> queue;
    BlockRef previous = kNoSlot;
    for (BlockRef ref = object.head.load(std::memory_order_acquire); ref != kNoSlot;) {
      const WaitBlock* const block = segment_.block(ref);
      if (block == nullptr || reached_[ref]) {
        findings_.add("%s: its queue leads to %s", text_.c_str(),
                      block == nullptr ? "a block out of range" : (block_text(segment_, ref) + " again").c_str());
        return std::nullopt;
      }
      reached_[ref] = true;
      if (!is_linked_at(*block, slot_, generation)) {
        findings_.add("%s: %s is in its queue, but not linked to it", text_.c_str(), block_text(segment_, ref).c_str());
      }
      check_back_link(*block, ref, previous);
      queue.push_back(ref);
      previous = ref;
      ref = block->next.load(std::memory_order_acquire);
    }
    const BlockRef tail = object.tail.load(std::memory_order_acquire);
    if (tail != previous) {
      findings_.add("%s: its queue ends at %s, but its tail is %s", text_.c_str(), ref_text(segment_, previous).c_str(),
                    ref_text(segment_, tail).c_str());
    }
    return queue;
  }

  void check_back_link(const WaitBlock& block, BlockRef ref, BlockRef previous) {
    const BlockRef back = block.previous.load(std::memory_order_acquire);
    if (back == previous) return;
    findings_.add("%s: %s links back to %s, not to %s", text_.c_str(), block_text(segment_, ref).c_str(),
                  ref_text(segment_, back).c_str(), ref_text(segment_, previous).c_str());
  }

  void check_order(BlockRef first, BlockRef second) {
    if (is_served_before(segment_.blocks[first], segment_.blocks[second])) return;
    findings_.add("%s: %s is queued before %s, but would be served after it", text_.c_str(),
                  block_text(segment_, first).c_str(), block_text(segment_, second).c_str());
  }

  const SegmentView& segment_;
  std::vector<bool>& reached_;  // by any queue: no block is in two
  const std::uint32_t slot_;
  const std::string text_;
  Findings& findings_;
};

}  // namespace

void check_objects(const SegmentView& segment, const Truth& truth, Findings& findings) {
  const std::uint32_t used = objects_used(segment);
  for (std::uint32_t slot = 0; slot < used; ++slot) ObjectChecker(segment, truth, slot, findings).check();
  for (std::uint32_t slot = used; slot < segment.limits.objects; ++slot) {
    if (segment.objects[slot].kind.load(std::memory_order_acquire) == Kind::kFree) continue;
    findings.add("%s: in use beyond the high-water mark %u", object_text(segment, slot).c_str(), used);
  }
}

void check_queues(const SegmentView& segment, const Truth& truth, Findings& findings) {
  std::vector<bool> reached(static_cast<std::size_t>(segment.limits.threads) * kBlocksPerThread);
  const std::uint32_t used = objects_used(segment);
  for (std::uint32_t slot = 0; slot < used; ++slot) {
    if (segment.objects[slot].kind.load(std::memory_order_acquire) == Kind::kFree) continue;
    QueueChecker(segment, reached, slot, findings).check(truth.linked.at(slot));
  }
}

}  // namespace rtss::runtime::inspect
