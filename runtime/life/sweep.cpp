#include "runtime/life/sweep.h"

#include <algorithm>

#include "platform/clock.h"
#include "platform/futex.h"
#include "platform/process_identity.h"
#include "platform/steps.h"
#include "priority/inheritance.h"
#include "runtime/life/thread_table.h"
#include "runtime/names/handle_table.h"
#include "runtime/names/names.h"
#include "runtime/names/task_object.h"
#include "runtime/sync/chain.h"
#include "runtime/sync/give_back.h"
#include "runtime/sync/grant.h"
#include "runtime/sync/lock_timeouts.h"
#include "runtime/sync/recording.h"
#include "runtime/sync/slow_path.h"
#include "runtime/sync/thread_boost.h"

namespace rtss::runtime {

namespace {

using platform::Deadline;
using platform::RobustLock;
constexpr auto kRelaxed = std::memory_order_relaxed;

// What one dead thread left on one locked object.
void clean_object(SlowPath& slow, Object& object, std::uint32_t thread_slot) {
  clean_blocks(slow, object, thread_slot);
  const ThreadRecord& thread = slow.view().threads[thread_slot];
  const Word word = object.word.load(kRelaxed);
  if (kind_of(object) == Kind::kMutex && mutex::owner(word) == thread.identity.load(kRelaxed)) {
    object.recursion.store(0, kRelaxed);
    note_released(slow, object, mutex::owner(word));
    object.word.change(word, mutex::abandoned(word));
    RTSS_STEP("sweep.abandoned");
  }
}

// Calls f(slot) for each object that a block of the thread names.
template <typename F>
void for_each_touched(const SegmentView& view, std::uint32_t thread_slot, F&& f) {
  const std::uint32_t count =
      std::min(view.threads[thread_slot].block_count.load(std::memory_order_acquire), kBlocksPerThread);
  for (std::uint32_t i = 0; i < count; ++i) {
    const BlockWord word = view.blocks[make_block_ref(thread_slot, i)].word.load(std::memory_order_acquire);
    if (block_state(word) != BlockState::kFree && block_object(word) < view.limits.objects) f(block_object(word));
  }
}

// A granter that died may not have come to its wakes.
void wake_the_told(const SegmentView& view) {
  const std::uint32_t threads = threads_used(view);
  for (std::uint32_t t = 0; t < threads; ++t) {
    ThreadRecord& thread = view.threads[t];
    const Park state = park_state(thread.park.load(std::memory_order_acquire));
    if (state == Park::kSatisfied || state == Park::kCancelled) platform::futex_wake(thread.park, 1);
  }
  RTSS_STEP("sweep.woken");
}

// The dead may have held a lock that no other thread takes for a long time. False: it is stuck, try again later.
bool heal_locks(const SegmentView& view) {
  Header& header = *view.header;
  if (RobustLock::is_dead(header.all_lock.observe())) {
    SlowPath slow(view, nullptr);
    const SlowPath::Begin locked = slow.lock_all(brief_timeout());
    slow.leave();
    if (locked == SlowPath::Begin::kBusy) return false;
  }
  if (!RobustLock::is_dead(header.namespace_lock.observe())) return true;
  const NamespaceLock lock(view, brief_timeout());  // rebuilds
  return lock.is_held();
}

// Is the holder of a life word gone? Its occupant is known by pid and tid, which the sealed start time says are
// undamaged; any other thread there is a sweeper. Start times are not compared: they depend on the reader.
bool holder_is_gone(std::int32_t holder, std::int32_t pid, std::int32_t tid, std::uint64_t sealed_start) {
  if (platform::futex_owner_is_gone(holder)) return true;
  if (holder != tid || !platform::is_sealed(sealed_start, pid, tid)) return false;
  return platform::is_gone(pid, tid);  // then the tid is that of a thread of another process by now
}

// A holder that was registering or leaving when it vanished without the kernel's mark. The tid asked about and the word
// that is replaced come from the same load.
void mark_vanished(RobustLock& life) {
  std::uint32_t seen = life.observe();
  const auto holder = static_cast<std::int32_t>(seen & RobustLock::kTidMask);
  if (holder == 0 || !platform::futex_owner_is_gone(holder)) return;
  life.word().compare_exchange_strong(seen, (seen & RobustLock::kWaitersBit) | RobustLock::kOwnerDiedBit,
                                      std::memory_order_acq_rel);
}

// A death in the middle of a chain walk leaves blocks at an old key. False: something was stuck, try again later.
bool resort_blocked(const SegmentView& view) {
  bool all_done = true;
  const std::uint32_t threads = threads_used(view);
  for (std::uint32_t t = 0; t < threads; ++t) {
    const ThreadRecord& thread = view.threads[t];
    const std::uint32_t count = std::min(thread.block_count.load(std::memory_order_acquire), kBlocksPerThread);
    const priority::Key key = priority::effective_key(thread.boost);
    bool is_old = false;
    for (std::uint32_t i = 0; i < count; ++i) {
      const WaitBlock& block = view.blocks[make_block_ref(t, i)];
      const bool linked = block_state(block.word.load(std::memory_order_acquire)) == BlockState::kLinked;
      is_old = is_old || (linked && block.key.load(kRelaxed) != key);
    }
    if (!is_old) continue;
    SlowPath slow(view, nullptr);
    requeue_blocked(slow, t);
    slow.leave();
    all_done = !slow.met_stuck_lock() && all_done;
  }
  return all_done;
}

}  // namespace

bool mark_if_gone(RobustLock& life, std::int32_t pid, std::int32_t tid, std::uint64_t sealed_start) {
  std::uint32_t seen = life.observe();
  if (RobustLock::is_dead(seen)) return true;
  if (RobustLock::is_free(seen) || pid == 0) return false;
  if (!holder_is_gone(static_cast<std::int32_t>(seen & RobustLock::kTidMask), pid, tid, sealed_start)) return false;
  const std::uint32_t marked = (seen & RobustLock::kWaitersBit) | RobustLock::kOwnerDiedBit;
  const bool is_marked =
      life.word().compare_exchange_strong(seen, marked, std::memory_order_acq_rel) || RobustLock::is_dead(seen);
  RTSS_STEP("life.marked");
  return is_marked;
}

void sweep_own_thread(const SegmentView& view, const ThreadState& self) {
  ThreadRecord& thread = *self.record;
  const std::uint32_t slot = view.slot_of_thread(thread);
  cancel_wait(thread);  // no more grants; what was granted stays granted
  RTSS_STEP("sweep.cancelled");
  // The count of owned mutexes is not asked: a thread that is stopped right after a take has not counted it yet.
  const auto clean = [slot](SlowPath& slow, Object& object) { clean_object(slow, object, slot); };
  const auto sweep = [&](std::uint32_t object) { visit(view, &self, view.objects[object], Deadline::never(), clean); };
  const std::uint32_t used = objects_used(view);
  for (std::uint32_t i = 0; i < used; ++i) {
    const Object& object = view.objects[i];
    const Word word = object.word.load(std::memory_order_acquire);
    if (kind_of(object) == Kind::kMutex && mutex::owner(word) == self.identity) sweep(i);
  }
  for_each_touched(view, slot, sweep);
}

bool Sweeper::process_is_dead(Identity process) const {
  const ProcessRecord* const record = view_.process(slot_of(process));
  if (record == nullptr || record->identity.load(kRelaxed) != process) return true;
  return processes_.test(slot_of(process)) || RobustLock::is_dead(record->life.observe());
}

void Sweeper::watch_dying(ThreadRecord& thread) {
  if (dying_count_ != kMaxDying && watch_life(thread.life, &dying_[dying_count_])) ++dying_count_;
}

void Sweeper::adopt_processes() {
  const std::uint32_t used = processes_used(view_);
  for (std::uint32_t slot = 0; slot < used; ++slot) {
    RobustLock& life = view_.processes[slot].life;
    if (!RobustLock::is_dead(life.observe())) continue;
    if (processes_.count() == kMaxAdoptedProcesses) {
      has_left_some_ = true;
      return;
    }
    const platform::LockOutcome outcome = life.try_lock();
    if (outcome == platform::LockOutcome::kOwnerDied) processes_.set(slot);
    if (outcome == platform::LockOutcome::kAcquired) life.unlock();  // swept by another meanwhile
  }
}

void Sweeper::adopt_thread(std::uint32_t slot) {
  ThreadRecord& thread = view_.threads[slot];
  if (!RobustLock::is_dead(thread.life.observe())) return;  // (D2)
  if (threads_.count() == kMaxAdoptedThreads) {
    has_left_some_ = true;
    return;
  }
  switch (thread.life.try_lock()) {
    case platform::LockOutcome::kOwnerDied:  // (D1)
      threads_.set(slot);
      RTSS_STEP("sweep.adopted");
      cancel_wait(thread);
      RTSS_STEP("sweep.cancelled");
      if (!platform::is_gone(thread.pid.load(kRelaxed), thread.tid.load(kRelaxed)))
        end_boost(view_, thread, brief_timeout());
      break;
    case platform::LockOutcome::kAcquired:
      thread.life.unlock();
      break;  // swept by another meanwhile
    default:
      break;
  }
}

// The cross-check costs system calls, and the kernel's mark is a moment away: it is made at the second look.
void Sweeper::adopt_threads() {
  dying_count_ = 0;
  const std::uint32_t used = threads_used(view_);
  for (std::uint32_t slot = 0; slot < used; ++slot) {
    if (threads_.test(slot)) continue;
    ThreadRecord& thread = view_.threads[slot];
    const Identity process = thread.process.load(std::memory_order_acquire);
    if (process == 0) {
      mark_vanished(thread.life);
    } else if (process_is_dead(process)) {
      const std::int32_t pid = thread.pid.load(std::memory_order_acquire);
      const std::int32_t tid = thread.tid.load(std::memory_order_acquire);
      const std::uint64_t sealed_start = thread.sealed_start.load(std::memory_order_acquire);
      if (thread.process.load(kRelaxed) != process) continue;  // what was read may be of two occupants
      const bool marked = seen_dying_.test(slot) && mark_if_gone(thread.life, pid, tid, sealed_start);
      seen_dying_.set(slot, !marked);
      if (!marked) watch_dying(thread);
    }
    adopt_thread(slot);
  }
}

bool Sweeper::is_owned_by_dead(const Object& object) const {
  if (kind_of(object) != Kind::kMutex) return false;
  const Identity owner = mutex::owner(object.word.load(std::memory_order_acquire));
  const ThreadRecord* const thread = view_.thread(slot_of(owner));
  return owner != 0 && thread != nullptr && threads_.test(slot_of(owner)) && thread->identity.load(kRelaxed) == owner;
}

// After s2 no block of the dead begins to name an object.
void Sweeper::note_touched() {
  touched_.reset();
  const std::uint32_t used = threads_used(view_);
  for (std::uint32_t thread = 0; thread < used; ++thread) {
    if (threads_.test(thread)) for_each_touched(view_, thread, [this](std::uint32_t object) { touched_.set(object); });
  }
}

bool Sweeper::is_touched_by_dead(const Object& object) const {
  if (RobustLock::is_dead(object.lock.observe()) || object.recheck.load(kRelaxed) != 0) return true;
  if (object.orphan.load(kRelaxed) != 0) return true;  // its last user may have died before it could destroy it
  return touched_.test(view_.slot_of_object(object));
}

// Mutexes that the dead owned come first: others may be waiting for them.
bool Sweeper::sweep_objects(bool* has_woken) {
  const std::uint32_t threads = threads_used(view_);
  const auto clean = [this, threads](SlowPath& slow, Object& object) {
    for (std::uint32_t thread = 0; thread < threads; ++thread) {
      if (threads_.test(thread)) clean_object(slow, object, thread);
    }
  };
  note_touched();
  const std::uint32_t used = objects_used(view_);
  bool all_done = true;
  const auto sweep = [&](Object& object) {
    const Visited visited = visit(view_, nullptr, object, brief_timeout(), clean);
    all_done = visited.is_done && all_done;
    *has_woken = visited.has_woken || *has_woken;
  };
  for (std::uint32_t i = 0; i < used; ++i) {
    if (is_owned_by_dead(view_.objects[i])) sweep(view_.objects[i]);
  }
  for (std::uint32_t i = 0; i < used; ++i) {
    if (is_touched_by_dead(view_.objects[i])) sweep(view_.objects[i]);
  }
  return all_done;
}

bool Sweeper::free_threads() {
  bool all_done = true;
  for (std::uint32_t slot = 0; slot < view_.limits.threads; ++slot) {
    if (!threads_.test(slot)) continue;
    ThreadRecord& thread = view_.threads[slot];
    if (!signal_task(view_, nullptr, Kind::kThread, thread.object.load(std::memory_order_acquire),
                     thread.identity.load(kRelaxed), kExitCodeOfKilled, brief_timeout())) {
      all_done = false;
      continue;
    }
    if (!vacate_thread_slot(view_, thread, brief_timeout())) {
      all_done = false;
      continue;
    }
    view_.header->deaths_swept.fetch_add(1, kRelaxed);
    threads_.reset(slot);
    thread.life.unlock();  // last (D1)
    RTSS_STEP("sweep.unlocked");
  }
  return all_done;
}

// True when nothing remains to be done for this slot.
bool Sweeper::sweep_process(std::uint32_t slot) {
  if (!processes_.test(slot)) return true;
  ProcessRecord& process = view_.processes[slot];
  const Identity identity = process.identity.load(kRelaxed);
  const std::uint32_t used = threads_used(view_);
  for (std::uint32_t t = 0; t < used; ++t) {
    if (view_.threads[t].process.load(std::memory_order_acquire) == identity) return false;  // threads first
  }
  {
    const NamespaceLock lock(view_, brief_timeout());
    if (!lock.is_held() || !close_all(lock, identity)) return false;
    RTSS_STEP("sweep.closed");
  }
  // All handles are closed before the process object is signaled.
  const std::uint32_t object = process.object.load(std::memory_order_acquire);
  if (!signal_task(view_, nullptr, Kind::kProcess, object, identity, kExitCodeOfKilled, brief_timeout())) return false;
  const NamespaceLock lock(view_, brief_timeout());
  if (!lock.is_held() || process.object.load(kRelaxed) != object)
    return false;  // or opened meanwhile: signal that, too
  process.identity.store(next_occupant(identity), std::memory_order_release);
  RTSS_STEP("sweep.left");
  process.pid.store(0, std::memory_order_release);
  processes_.reset(slot);
  process.life.unlock();
  lower_marks(lock);
  ring_watchers_of(view_, slot);
  RTSS_STEP("sweep.vacated");
  return true;
}

bool Sweeper::sweep_processes() {
  const std::uint32_t used = processes_used(view_);
  bool all_done = true;
  for (std::uint32_t slot = 0; slot < used; ++slot) all_done = sweep_process(slot) && all_done;
  return all_done;
}

bool Sweeper::has_work() const {
  return has_unfinished_objects_ || threads_.any() || processes_.any() ||
         RobustLock::is_dead(view_.header->all_lock.observe()) ||
         RobustLock::is_dead(view_.header->namespace_lock.observe());
}

Sweeper::Pass Sweeper::pass() {
  has_left_some_ = false;
  adopt_processes();
  adopt_threads();
  if (!has_work()) {  // loads only
    gives_way_until_ns_ = 0;
    return Pass::kQuiet;
  }
  bool has_woken = false;
  const bool objects_done = sweep_objects(&has_woken);
  if (objects_done) has_unfinished_objects_ = false;
  wake_the_told(view_);
  // This thread ranks above all of those just woken.
  const std::uint64_t now = platform::monotonic_ns();
  if (has_woken && gives_way_until_ns_ == 0) gives_way_until_ns_ = now + kGiveWayNs;
  constexpr std::uint64_t kDeathsInARowNs = 50'000'000;  // for which housekeeping may be put off again and again
  if (now < gives_way_until_ns_ + (has_woken ? kDeathsInARowNs : 0)) return Pass::kGiveWay;
  gives_way_until_ns_ = 0;
  const bool sorted = resort_blocked(view_);
  const bool threads_done = objects_done && sorted && free_threads();
  const bool processes_done = sweep_processes();
  const bool locks_done = heal_locks(view_);
  return threads_done && processes_done && locks_done && !has_left_some_ ? Pass::kDone : Pass::kPutOff;
}

}  // namespace rtss::runtime
