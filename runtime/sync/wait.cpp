#include "runtime/sync/wait.h"

#include <algorithm>

#include "platform/clock.h"
#include "platform/counter.h"
#include "platform/futex.h"
#include "platform/steps.h"
#include "platform/thread_calls.h"
#include "priority/inheritance.h"
#include "runtime/sync/doorbell.h"
#include "runtime/sync/give_back.h"
#include "runtime/sync/grant.h"
#include "runtime/sync/queue.h"
#include "runtime/sync/take.h"
#include "runtime/sync/thread_boost.h"

namespace rtss::runtime {

namespace {

using platform::Timeout;
constexpr auto kRelaxed = std::memory_order_relaxed;

bool looks_signaled(const ObjectRef& ref, Identity who) {
  const Word word = ref.object->word.load(std::memory_order_acquire);
  return generation_of(word) != ref.generation || is_signaled(*ref.object, word, who);
}

// Under the lock, by one change: for an object that is signaled while waiters are queued that it cannot serve, or while
// a slow operation was under way.
Take take_locked(const SegmentView& view, ThreadState& self, const ObjectRef& ref, WaitLimit& limit) {
  SlowPath slow(view, &self);
  Take result = Take::kNotSignaled;
  if (slow.begin(*ref.object, limit) == SlowPath::Begin::kLocked) {
    distribute(slow, *ref.object);
    const Word word = ref.object->word.load(kRelaxed);
    if (generation_of(word) != ref.generation) {
      result = Take::kStale;
    } else if (is_signaled(*ref.object, word, self.identity)) {
      ref.object->word.change(word, satisfied(*ref.object, word, self.identity));
      RTSS_STEP("take.taken");
      note_taken(slow, *ref.object, self.identity);
      if (kind_of(*ref.object) == Kind::kMutex) count_owned(self, 1);
      result = is_abandoned(*ref.object, word) ? Take::kTakenAbandoned : Take::kTaken;
    }
    slow.finish(*ref.object);
  }
  slow.leave();
  return result;
}

Take take(const SegmentView& view, ThreadState& self, const ObjectRef& ref, WaitLimit& limit) {
  const Take result = try_take(*self.record, self.identity, *ref.object, ref.generation);
  return result == Take::kNeedsLock ? take_locked(view, self, ref, limit) : result;
}

// True when the wait is over: taken, or failed.
bool try_one(const SegmentView& view, ThreadState& self, const ObjectRef& ref, std::uint32_t index, WaitLimit& limit,
             WaitOutcome* outcome) {
  if (!looks_signaled(ref, self.identity)) return false;
  switch (take(view, self, ref, limit)) {
    case Take::kTaken:
      *outcome = wait_satisfied(index, false);
      return true;
    case Take::kTakenAbandoned:
      *outcome = wait_satisfied(index, true);
      return true;
    case Take::kStale:
      *outcome = wait_failed(Status::kInvalidHandle);
      return true;
    case Take::kRecursionLimit:
      *outcome = wait_failed(Status::kRecursionLimit);
      return true;
    case Take::kNeedsLock:
    case Take::kNotSignaled:
      break;
  }
  return false;
}

// Phase 1. An object found signaled at i > 0 sends a second look over those before it: they may have been signaled
// first, after they were passed.
bool try_any(const SegmentView& view, ThreadState& self, std::span<const ObjectRef> objects, WaitLimit& limit,
             WaitOutcome* outcome) {
  for (std::uint32_t i = 0; i < objects.size(); ++i) {
    if (!looks_signaled(objects[i], self.identity)) continue;
    for (std::uint32_t first = 0; first <= i; ++first) {
      if (try_one(view, self, objects[first], first, limit, outcome)) return true;
    }
  }
  return false;
}

bool is_decided(const ThreadState& self) {
  return park_state(self.record->park.load(std::memory_order_acquire)) != Park::kWaiting;
}

bool cancel(ThreadState& self) {
  const bool cancelled = cancel_wait(*self.record);
  RTSS_STEP("wait.cancelled");
  return cancelled;
}

// The opt-in spin: a bounded look at one's own park word before sleeping. AWAKE spares the signaller the wake.
void spin_until_decided(ThreadState& self, platform::Deadline deadline) {
  std::atomic<std::uint32_t>& park = self.record->park;
  std::uint64_t until = platform::monotonic_ns() + self.spin_ns;
  if (until > deadline.ns()) until = deadline.ns();
  constexpr int kLooksPerClockRead = 32;
  while (!is_decided(self) && platform::monotonic_ns() < until) {
    for (int look = 0; look < kLooksPerClockRead && !is_decided(self); ++look) platform::relax();
  }
  std::uint32_t awake = park_word(Park::kWaiting) | kParkAwake;
  park.compare_exchange_strong(awake, park_word(Park::kWaiting), std::memory_order_acq_rel);
}

// Phase 2, which takes nothing itself (W2). Each owner is boosted as its mutex is queued for, before the last object
// is: complete() settles the donation.
Status queue_any(const SegmentView& view, ThreadState& self, std::span<const ObjectRef> objects, WaitLimit& limit,
                 WaitNotes& notes) {
  Status status = Status::kOk;
  for (std::uint32_t i = 0; i < objects.size() && !is_decided(self); ++i) {
    Object& object = *objects[i].object;
    SlowPath slow(view, &self);
    const SlowPath::Begin begun = slow.begin(object, limit);
    if (begun == SlowPath::Begin::kBusy) {
      cancel(self);
    } else if (begun == SlowPath::Begin::kUnusable) {
      status = report_corruption("an object lock is unusable");
    } else if (generation_of(object.word.load(kRelaxed)) != objects[i].generation) {
      slow.finish(object);
      status = Status::kInvalidHandle;
    } else {
      link_block(slow, self, i, objects[i], false, notes);
      slow.complete(object);
    }
    slow.leave();
    if (status != Status::kOk) {
      cancel(self);
      break;
    }
  }
  return status;
}

}  // namespace

void count_owned(ThreadState& self, std::uint32_t mutexes) {
  self.record->owned.store(self.record->owned.load(kRelaxed) + mutexes, kRelaxed);
}

void start_waiting(ThreadState& self, std::uint32_t count) {
  ThreadRecord& record = *self.record;
  record.granted_ns.store(0, kRelaxed);
  record.block_count.store(count, std::memory_order_seq_cst);
  record.park.store(park_word(Park::kWaiting) | (self.spin_ns != 0 ? kParkAwake : 0), std::memory_order_seq_cst);
  RTSS_STEP("wait.parked");
}

void link_block(SlowPath& slow, ThreadState& self, std::uint32_t index, const ObjectRef& ref, bool wait_all,
                WaitNotes& notes) {
  const SegmentView& view = slow.view();
  Object& object = *ref.object;
  WaitBlock& block = self.blocks[index];
  const BlockRef own = make_block_ref(slot_of(self.identity), index);
  if (index == 0) {
    notes.queued_ns = slow.now_ns();
    self.record->waiting_since_ms.store(platform::coarse_ms(), kRelaxed);
  }
  note_queued(view, ref, self.identity, index, notes);
  // Read anew at most once per wait: all its blocks stand at one level.
  priority::Key key = index == 0 ? own_key(slow) : priority::effective_key(self.record->boost);
  const Ticket ticket = object.next_ticket.load(kRelaxed);
  object.next_ticket.store(ticket + 1, kRelaxed);
  object.contentions.store(object.contentions.load(kRelaxed) + 1, kRelaxed);
  block.key.store(key, kRelaxed);
  block.ticket.store(ticket, kRelaxed);
  block.wait_all.store(wait_all ? 1 : 0, kRelaxed);
  if (wait_all) object.all_hint.store(object.all_hint.load(kRelaxed) + 1, std::memory_order_seq_cst);
  block.word.store(make_block_word(BlockState::kLinked, ref.slot, ref.generation), std::memory_order_seq_cst);
  RTSS_STEP("wait.linked");
  // Raised meanwhile? A raiser of this thread stores its level, then looks for LINKED blocks: one of us sees it. (B2)
  key = priority::effective_key(self.record->boost);
  block.key.store(key, kRelaxed);
  queue::insert(view, object, own);
}

namespace {

// While this lives the thread holds no lock and may be stopped.
class Asleep {
 public:
  explicit Asleep(ThreadState& self) : self_(self) {
    self_.asleep = 1;
    std::atomic_signal_fence(std::memory_order_seq_cst);
    serve_pending(self_);
  }
  ~Asleep() {
    std::atomic_signal_fence(std::memory_order_seq_cst);
    self_.asleep = 0;
  }
  Asleep(const Asleep&) = delete;
  Asleep& operator=(const Asleep&) = delete;

 private:
  ThreadState& self_;
};

}  // namespace

// The thread whose death this block's object tells of; kNoSlot if it tells of none. Current owners only: the thread
// that gets a mutex before the caller does is watched by its own waiters.
static std::uint32_t thread_to_watch(const SegmentView& view, const WaitBlock& block) {
  const BlockWord word = block.word.load(kRelaxed);
  const Object* const object = view.object(block_object(word));
  if (block_state(word) != BlockState::kLinked || object == nullptr) return kNoSlot;
  Identity identity = 0;
  if (kind_of(*object) == Kind::kMutex) identity = mutex::owner(object->word.load(kRelaxed));
  if (kind_of(*object) == Kind::kThread) identity = task_identity(view.infos[block_object(word)]);
  return identity == 0 ? kNoSlot : slot_of(identity);
}

static void watch_threads(const SegmentView& view, const ThreadState& self, std::uint32_t count) {
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t slot = thread_to_watch(view, self.blocks[i]);
    if (slot != kNoSlot) watch_thread(view, slot);
  }
}

// The wait was in vain. After a long one the owners may be dead though the kernel did not mark them, which it is for
// the reaper to find out: at most once a second.
static void suspect_owners(const SegmentView& view, const ThreadState& self, std::uint32_t count) {
  constexpr std::uint32_t kLongMs = 100;
  constexpr std::uint32_t kBetweenLooksMs = 1000;
  const std::uint32_t now_ms = platform::coarse_ms();
  if (now_ms - self.record->waiting_since_ms.load(kRelaxed) < kLongMs) return;
  std::uint32_t suspected_ms = attachment.suspected_ms.load(kRelaxed);
  if (now_ms - suspected_ms < kBetweenLooksMs) return;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (thread_to_watch(view, self.blocks[i]) == kNoSlot) continue;
    if (!attachment.suspected_ms.compare_exchange_strong(suspected_ms, now_ms, kRelaxed)) return;
    ProcessRecord& process = view.processes[slot_of(self.process)];
    process.requests.fetch_or(kRequestLook, std::memory_order_acq_rel);
    ring_doorbell(process);
    return;
  }
}

void sleep_until_decided(const SegmentView& view, ThreadState& self, std::uint32_t count, WaitLimit& limit,
                         const WaitNotes& notes) {
  if (is_decided(self) || (limit.is_poll() && cancel(self))) return;
  const platform::Deadline deadline = limit.deadline();
  if (self.spin_ns != 0) spin_until_decided(self, deadline);
  watch_threads(view, self, count);
  try {
    const Asleep asleep(self);
    for (;;) {
      const std::uint32_t seen = self.record->park.load(std::memory_order_acquire);
      if (park_state(seen) != Park::kWaiting) break;
      const auto result = platform::futex_wait_cancellable(self.record->park, seen, deadline);
      if (result == platform::FutexResult::kTimedOut && cancel(self)) suspect_owners(view, self, count);
    }
  } catch (...) {
    // pthread_cancel unwinds the thread. Its destructors may wait again, so the wait ends here as any other does.
    platform::forget_frames_of_cancelled_calls();
    cancel(self);
    leave_queues(view, self, count, notes);
    count_owned(self, return_units(view, self));
    acknowledge(self, count);
    throw;
  }
}

static bool is_linked(const WaitBlock& block) {
  return block_state(block.word.load(std::memory_order_acquire)) == BlockState::kLinked;
}

static void leave_queue(const SegmentView& view, ThreadState& self, std::uint32_t index, WaitLimit& limit) {
  WaitBlock& block = self.blocks[index];
  Object* const object = view.object(block_object(block.word.load(std::memory_order_acquire)));
  if (object == nullptr || !is_linked(block)) return;  // (W1)
  SlowPath slow(view, &self);
  if (slow.begin(*object, limit) == SlowPath::Begin::kLocked) {
    if (is_linked(block)) {
      unlink(view, *object, make_block_ref(slot_of(self.identity), index));
      note_given_up(slow, *object);
    }
    RTSS_STEP("wait.unlinked");
    slow.complete(*object);
  }
  slow.leave();
}

// The wait counts for the objects that ended it, or for all when it ended in vain.
static void leave_object(const SegmentView& view, ThreadState& self, std::uint32_t index, std::uint64_t ended_ns,
                         const WaitNotes& notes, WaitLimit& limit) {
  const std::uint32_t park = self.record->park.load(std::memory_order_acquire);
  const BlockWord word = self.blocks[index].word.load(std::memory_order_acquire);
  if (block_state(word) == BlockState::kFree || view.object(block_object(word)) == nullptr) return;
  // What a grant stopped half-way has given is waited for: there is no way back.
  WaitLimit no_limit(Timeout::never());
  leave_queue(view, self, index, park_covers(park, index) ? no_limit : limit);
  if (park_covers(park, index) || park_state(park) == Park::kCancelled)
    note_ended(view, self, index, word, ended_ns, notes);
}

void leave_queues(const SegmentView& view, ThreadState& self, std::uint32_t count, const WaitNotes& notes) {
  const std::uint64_t ended_ns = platform::counter_ns(view.counter_scale);
  WaitLimit limit(Timeout::nanoseconds(0));  // and the grace
  for (std::uint32_t i = 0; i < count; ++i) leave_object(view, self, i, ended_ns, notes, limit);
}

std::uint32_t acknowledge(ThreadState& self, std::uint32_t count) {
  const std::uint32_t park = self.record->park.load(std::memory_order_acquire);
  const bool has_left = std::none_of(self.blocks, self.blocks + count, is_linked);
  self.record->park.store(park_word(has_left ? Park::kIdle : Park::kCancelled), std::memory_order_release);  // (U1)
  RTSS_STEP("wait.acknowledged");
  for (std::uint32_t i = 0; i < count; ++i) {
    if (!is_linked(self.blocks[i])) self.blocks[i].word.store(kFreeBlock, std::memory_order_release);
  }
  if (has_left) self.record->block_count.store(0, std::memory_order_release);
  RTSS_STEP("wait.done");
  return park;
}

WaitOutcome still_queued(const WaitLimit& limit) {
  if (limit.is_never()) return wait_failed(report_corruption("the lock of an object in the last wait is unusable"));
  return kWaitTimedOut;
}

bool end_last_wait(const SegmentView& view, ThreadState& self, WaitLimit& limit) {
  const ThreadRecord& record = *self.record;
  if (park_state(record.park.load(kRelaxed)) == Park::kIdle) return true;
  const std::uint32_t count = std::min(record.block_count.load(kRelaxed), kBlocksPerThread);
  for (std::uint32_t i = 0; i < count; ++i) leave_queue(view, self, i, limit);
  acknowledge(self, count);
  return park_state(record.park.load(kRelaxed)) == Park::kIdle;
}

WaitOutcome wait_any(const SegmentView& view, ThreadState& self, std::span<const ObjectRef> objects, Timeout timeout) {
  WaitOutcome outcome{};
  WaitLimit limit(timeout);
  if (try_any(view, self, objects, limit, &outcome)) return outcome;
  if (timeout.is_poll()) return kWaitTimedOut;
  const auto count = static_cast<std::uint32_t>(objects.size());
  if (!end_last_wait(view, self, limit)) return still_queued(limit);
  WaitNotes notes;
  start_waiting(self, count);
  const Status status = queue_any(view, self, objects, limit, notes);
  sleep_until_decided(view, self, count, limit, notes);
  leave_queues(view, self, count, notes);
  const std::uint32_t park = acknowledge(self, count);
  if (park_state(park) != Park::kSatisfied) return status == Status::kOk ? kWaitTimedOut : wait_failed(status);
  const std::uint32_t index = park_index(park);
  if (index >= count) return wait_failed(report_corruption("a park word names no block"));
  if (kind_of(*objects[index].object) == Kind::kMutex) count_owned(self, 1);
  return wait_satisfied(index, (park & kParkAbandoned) != 0);
}

}  // namespace rtss::runtime
