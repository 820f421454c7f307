#include "runtime/life/reaper.h"

#include <pthread.h>
#include <sched.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <climits>
#include <span>

#include "platform/clock.h"
#include "platform/futex.h"
#include "platform/process_identity.h"
#include "platform/steps.h"
#include "platform/thread_calls.h"
#include "priority/inheritance.h"
#include "priority/scheduler.h"
#include "runtime/life/helper_processors.h"
#include "runtime/life/mapped_slots.h"
#include "runtime/life/owners.h"
#include "runtime/life/ring.h"
#include "runtime/life/sweep.h"
#include "runtime/names/names.h"
#include "runtime/sync/doorbell.h"
#include "runtime/sync/thread_state.h"

namespace rtss::runtime {

namespace {

using platform::RobustLock;
constexpr auto kRelaxed = std::memory_order_relaxed;
constexpr std::uint64_t kPollNs = 100'000'000;      // between looks while something is to be looked for
constexpr std::uint64_t kFirstRetryNs = 2'000'000;  // something was put off; doubled each time
constexpr std::uint64_t kLongestRetryNs = 128'000'000;
constexpr std::uint32_t kBits = 64;  // of a word of Attachment::awaited
constexpr std::size_t kStackBytes = std::size_t{256} * 1024;

struct Start {
  const SegmentView* view;
  const MappedSegment* segment;
  int attacher_cpu;
  cpu_set_t processors;
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t done = PTHREAD_COND_INITIALIZER;
  bool finished = false;
  StartedReaper result{.status = Status::kTableFull, .process = 0};
};

Status register_process(const SegmentView& view, Identity* identity) {
  const std::uint64_t seal = platform::seal(getpid(), platform::current_tid(), 0);  // its start is never asked for
  const NamespaceLock lock(view);
  if (!lock.is_held()) return Status::kCorrupt;
  std::atomic<std::uint32_t>& used = view.header->processes_used;
  for (std::uint32_t slot = 0; slot < view.limits.processes; ++slot) {
    ProcessRecord& process = view.processes[slot];
    if (process.pid.load(kRelaxed) != 0 || !RobustLock::is_free(process.life.observe())) continue;
    used.store(std::max(used.load(kRelaxed), slot + 1), std::memory_order_release);  // first: see acquire_slot()
    // A death notice of the slot's last occupant may stand in these still.
    for (RobustLock& notice : process.notices) notice.try_lock();
    if (process.life.try_lock() != platform::LockOutcome::kAcquired) continue;
    *identity = identity_at(slot, process.identity.load(kRelaxed));
    process.identity.store(*identity, kRelaxed);
    process.sealed_start.store(seal, kRelaxed);
    process.object.store(kNoSlot, kRelaxed);
    process.requests.store(0, kRelaxed);  // what the last occupant's reaper was asked for, or did
    for (auto& chunks : process.mapped_chunks) chunks.store(0, kRelaxed);
    process.pid.store(getpid(), std::memory_order_release);
    RTSS_STEP("attach.registered");
    return Status::kOk;
  }
  return Status::kTableFull;
}

void unregister_process(const SegmentView& view, Identity identity) {
  const NamespaceLock lock(view);
  ProcessRecord& process = view.processes[slot_of(identity)];
  process.identity.store(next_occupant(identity), std::memory_order_release);
  process.pid.store(0, std::memory_order_release);
  process.life.unlock();
  for (RobustLock& notice : process.notices) notice.unlock();
}

void become_watchful(const SegmentView& view, const cpu_set_t& processors) {
  pthread_setname_np(pthread_self(), "rtss-reaper");
  sched_setaffinity(0, sizeof processors, &processors);
  // Refused without privilege: then a death is noticed when an ordinary thread gets to run.
  if (priority::realtime_mode() != priority::Realtime::kOff)
    priority::apply_scheduling(0, priority::fifo(view.window.high + 1));
}

// It dies with the thread that attaches, and above it: not on its processor, if there is another.
void leave_processor(int attacher_cpu, const cpu_set_t& processors) {
  if (attacher_cpu < 0 || sched_getcpu() != attacher_cpu) return;
  cpu_set_t others = processors;
  CPU_CLR(static_cast<unsigned>(attacher_cpu), &others);
  if (CPU_COUNT(&others) != 0) sched_setaffinity(0, sizeof others, &others);
  sched_setaffinity(0, sizeof processors, &processors);
}

// An owner for which there is no room is marked as watched all the same, or each wait would ring for it; the death of
// its process is noticed by the ring. True if one is already dead.
bool watch_awaited(const SegmentView& view, Watches& watches) {
  bool dead = false;
  for (std::uint32_t word = 0; word < attachment.awaited.size(); ++word) {
    for (std::uint64_t left = attachment.awaited[word].load(kRelaxed); left != 0; left &= left - 1) {
      const std::uint64_t bit = left & -left;
      ThreadRecord* const thread = view.thread(word * kBits + static_cast<std::uint32_t>(std::countr_zero(left)));
      // Cleared first: a request for the slot's next occupant from here on rings again.
      attachment.awaited[word].fetch_and(~bit, std::memory_order_acq_rel);
      if (thread == nullptr) continue;
      if (watches.add_life(thread->life))
        attachment.awaited[word].fetch_or(bit, std::memory_order_acq_rel);
      else
        dead = dead || RobustLock::is_dead(thread->life.observe());
    }
  }
  return dead;
}

// The threads of a dead process that the last pass found unmarked. True if one is marked by now.
bool watch_dying(const Sweeper& sweeper, Watches& watches) {
  bool marked = false;
  for (const platform::FutexWatch& dying : sweeper.dying()) {
    if (dying.word->load(std::memory_order_acquire) == dying.expected)
      watches.add(dying);
    else
      marked = true;
  }
  return marked;
}

// Marks the threads that are waited for here, and their processes, if they are gone though the kernel did not mark
// them.
void cross_check_awaited(const SegmentView& view) {
  for (std::uint32_t slot = 0; slot < threads_used(view); ++slot) {
    if ((attachment.awaited[slot / kBits].load(kRelaxed) >> slot % kBits & 1) == 0) continue;
    ThreadRecord& thread = view.threads[slot];
    const Identity identity = thread.process.load(std::memory_order_acquire);
    ProcessRecord* const process = identity == 0 ? nullptr : view.process(slot_of(identity));
    if (process != nullptr) cross_check(*process);
    const std::int32_t pid = thread.pid.load(kRelaxed);
    const std::int32_t tid = thread.tid.load(kRelaxed);
    const std::uint64_t sealed_start = thread.sealed_start.load(kRelaxed);
    if (thread.process.load(std::memory_order_acquire) == identity)  // else what was read may be of two occupants
      mark_if_gone(thread.life, pid, tid, sealed_start);
  }
}

// When the next look at every slot is due although nothing rings. Nothing to do: never.
class Schedule {
 public:
  // A look found nothing dead, or swept, or put something off.
  void note(Sweeper::Pass pass) {
    switch (pass) {
      case Sweeper::Pass::kQuiet:
        retry_ns_ = 0;
        break;
      case Sweeper::Pass::kDone:
        retry_ns_ = 0;
        settling_ = kLooksAfterADeath;
        break;
      case Sweeper::Pass::kGiveWay:
        retry_ns_ = Sweeper::kGiveWayNs;
        settling_ = kLooksAfterADeath;
        break;
      case Sweeper::Pass::kPutOff:
        retry_ns_ = retry_ns_ == 0 ? kFirstRetryNs : std::min(2 * retry_ns_, kLongestRetryNs);
        settling_ = kLooksAfterADeath;
        break;
    }
  }
  [[nodiscard]] bool is_retrying() const { return retry_ns_ != 0; }
  // A few looks follow each attach and each death: a listener may have died with the notice that it was woken for.
  [[nodiscard]] bool is_settling() const { return retry_ns_ == 0 && settling_ != 0; }
  platform::Deadline next(bool polls) {
    if (retry_ns_ != 0) return in(retry_ns_);
    if (settling_ != 0) return in(kPollNs << (kLooksAfterADeath - settling_--));
    return polls ? in(kPollNs) : platform::Deadline::never();
  }

  static platform::Deadline in(std::uint64_t ns) { return platform::Deadline::at(platform::monotonic_ns() + ns); }

 private:
  static constexpr unsigned kLooksAfterADeath = 4;  // after 0.1, 0.2, 0.4 and 0.8 s

  std::uint64_t retry_ns_ = 0;
  unsigned settling_ = 1;
};

// Reads the bases of this process's foreign owners. True: again in a while. A waiter that comes after the scan finds
// the flag clear and rings; one that came before it is found. Both sides sequentially consistent, as in (B2).
bool follow_foreign_owners(const SegmentView& view, Identity identity, ProcessRecord& process) {
  process.requests.fetch_and(~kFollowsOwners, std::memory_order_seq_cst);
  if (!follow_owners(view, identity)) return false;
  process.requests.fetch_or(kFollowsOwners, std::memory_order_seq_cst);
  return true;
}

[[noreturn]] void watch_for_ever(const SegmentView& view, Identity identity, Sweeper& sweeper) {
  const std::uint32_t own = slot_of(identity);
  ProcessRecord& process = view.processes[own];
  Schedule schedule;
  bool look = true;
  bool polls = false;
  int rounds = 0;
  for (;;) {
    Watches watches;
    watches.add({.word = &process.doorbell, .expected = process.doorbell.load(std::memory_order_acquire)});
    map_slots(view, process);
    const std::uint32_t requests =
        process.requests.fetch_and(~(kRequestLook | kRequestBoosts | kRequestObjects), std::memory_order_acq_rel);
    if ((requests & kRequestLook) != 0) {
      cross_check_ring(view, own);
      cross_check_awaited(view);
    }
    if ((requests & kRequestObjects) != 0) sweeper.expect_unfinished_objects();
    if (look || (requests & (kRequestLook | kRequestObjects)) != 0) schedule.note(sweeper.pass());
    if ((requests & kRequestBoosts) != 0) apply_refused(view, identity);
    if (polls || (requests & kRequestBoosts) != 0) polls = follow_foreign_owners(view, identity, process);
    const bool process_died = watch_ring(view, own, watches);
    const bool dying_died = watch_dying(sweeper, watches);
    const bool thread_died = watch_awaited(view, watches);
    // A death that a pass cannot take up, or a word that never rests, is made by damage only. Neither may keep the
    // highest thread of the machine going: it then listens to its doorbell alone for a moment.
    constexpr int kRounds = 16;
    const bool is_restless = ++rounds > kRounds;
    look = process_died || dying_died || thread_died;
    if (look && !is_restless) continue;
    if (look) schedule.note(Sweeper::Pass::kPutOff);
    const bool was_settling = schedule.is_settling();
    const auto slept = is_restless ? platform::futex_wait_many(watches.all().first(1), Schedule::in(kFirstRetryNs))
                                   : platform::futex_wait_many(watches.all(), schedule.next(polls));
    if (is_restless || slept != platform::FutexResult::kValueChanged) rounds = 0;
    const bool timed_out = slept == platform::FutexResult::kTimedOut;
    look = look || (timed_out && schedule.is_retrying());
    if (timed_out && was_settling) process.requests.fetch_or(kRequestLook, kRelaxed);
  }
}

void sleep_a_millisecond() { platform::sleep_until(platform::monotonic_ns() + 1'000'000); }

// Gives up on one that is stopped.
void lock_against_attachers(const platform::Descriptor& file) {
  constexpr int kAttempts = 1000;
  for (int i = 0; i < kAttempts && flock(file.get(), LOCK_EX | LOCK_NB) != 0; ++i) sleep_a_millisecond();
}

void* reaper_main(void* argument) {
  Start& start = *static_cast<Start*>(argument);
  const SegmentView view = *start.view;
  const int attacher_cpu = start.attacher_cpu;
  const cpu_set_t processors = start.processors;
  become_watchful(view, processors);
  StartedReaper result{.status = Status::kOk, .process = 0};
  Sweeper sweeper(view);       // one for good: it remembers the dead slots it holds
  constexpr int kPasses = 50;  // a namespace whose processes are all gone is clean before a process uses it
  // A second attacher would find everything adopted, and the names of the dead still there.
  lock_against_attachers(start.segment->file);
  for (int i = 0; i < kPasses && !Sweeper::is_complete(sweeper.pass()); ++i) sleep_a_millisecond();
  await_mapped(view, Pool::kProcesses);
  result.status = register_process(view, &result.process);
  if (result.status == Status::kOk && !platform::still_names(start.segment->path, start.segment->file)) {
    unregister_process(view, result.process);
    result.status = Status::kRetry;
  }
  flock(start.segment->file.get(), LOCK_UN);
  if (result.status == Status::kOk) {
    ring_watchers_of(view, slot_of(result.process));
    map_slots(view, view.processes[slot_of(result.process)]);
  }
  pthread_mutex_lock(&start.mutex);
  start.result = result;
  start.finished = true;
  pthread_cond_signal(&start.done);
  pthread_mutex_unlock(&start.mutex);  // `start` is gone after this
  if (result.status != Status::kOk) return nullptr;
  leave_processor(attacher_cpu, processors);
  watch_for_ever(view, result.process, sweeper);
}

}  // namespace

StartedReaper start_reaper(const SegmentView& view, const MappedSegment& segment) {
  Start start{.view = &view, .segment = &segment, .attacher_cpu = sched_getcpu(), .processors = {}};
  if (!helper_processors(&start.processors)) return {.status = Status::kInvalidParameter, .process = 0};
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, kStackBytes);
  const int error = platform::create_thread_without_signals(attributes, reaper_main, &start);
  pthread_attr_destroy(&attributes);
  if (error != 0) return {.status = Status::kNoMemory, .process = 0};
  populate_slots(view);  // while it begins
  pthread_mutex_lock(&start.mutex);
  while (!start.finished) pthread_cond_wait(&start.done, &start.mutex);
  pthread_mutex_unlock(&start.mutex);
  return start.result;
}

}  // namespace rtss::runtime
