#include "runtime/life/reaper.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <bit>
#include <climits>
#include <span>

#include "platform/clock.h"
#include "platform/futex.h"
#include "platform/process_identity.h"
#include "priority/inheritance.h"
#include "priority/scheduler.h"
#include "runtime/life/sweep.h"
#include "runtime/names/names.h"
#include "runtime/sync/chain.h"
#include "runtime/sync/doorbell.h"
#include "runtime/sync/thread_state.h"

namespace rtss::runtime {

namespace {

using platform::RobustLock;
constexpr auto kRelaxed = std::memory_order_relaxed;
constexpr std::uint32_t kRing = 16;                   // processes watched; a death notice reaches one of as many
constexpr std::uint64_t kSafetyTickNs = 100'000'000;  // for a notice that was lost with its listener
constexpr std::uint64_t kRetryNs = 2'000'000;         // something was put off
constexpr std::uint32_t kBits = 64;                   // of a word of Attachment::awaited
constexpr std::size_t kStackBytes = std::size_t{256} * 1024;

struct Start {
  const SegmentView* view;
  const MappedSegment* segment;
  int attacher_cpu;
  pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t done = PTHREAD_COND_INITIALIZER;
  bool finished = false;
  StartedReaper result{.status = Status::kTableFull, .process = 0};
};

// Calls f(slot) for the live processes around `from`, nearest first, until f has said yes kRing times.
template <typename F>
void around_the_ring(const SegmentView& view, std::uint32_t from, bool forward, F&& f) {
  const std::uint32_t used = processes_used(view);
  std::uint32_t found = 0;
  for (std::uint32_t step = 1; step < used && found < kRing; ++step) {
    const std::uint32_t slot = forward ? (from + step) % used : (from + used - step % used) % used;
    if (slot != from && view.processes[slot].pid.load(std::memory_order_acquire) != 0 && f(slot)) ++found;
  }
}

Status register_process(const SegmentView& view, Identity* identity) {
  const std::uint64_t sealed_start = platform::own_sealed_start();
  const NamespaceLock lock(view);
  if (!lock.is_held()) return Status::kCorrupt;
  std::atomic<std::uint32_t>& used = view.header->processes_used;
  for (std::uint32_t slot = 0; slot < view.limits.processes; ++slot) {
    ProcessRecord& process = view.processes[slot];
    if (process.pid.load(kRelaxed) != 0 || !RobustLock::is_free(process.life.observe())) continue;
    used.store(std::max(used.load(kRelaxed), slot + 1), std::memory_order_release);  // first: see claim_slot()
    if (process.life.try_lock() != platform::LockOutcome::kAcquired) continue;
    *identity = identity_at(slot, process.identity.load(kRelaxed));
    process.identity.store(*identity, kRelaxed);
    process.sealed_start.store(sealed_start, kRelaxed);
    process.object.store(kNoSlot, kRelaxed);
    process.pid.store(getpid(), std::memory_order_release);
    return Status::kOk;
  }
  return Status::kTableFull;
}

void unregister_process(const SegmentView& view, Identity identity) {
  const NamespaceLock lock(view);
  ProcessRecord& process = view.processes[slot_of(identity)];
  process.identity.store(next_tenant(identity), std::memory_order_release);
  process.pid.store(0, std::memory_order_release);
  process.life.unlock();
}

void become_watchful(const SegmentView& view, int attacher_cpu) {
  pthread_setname_np(pthread_self(), "rtss-reaper");
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  for (unsigned cpu = 0; cpu < CPU_SETSIZE; ++cpu) CPU_SET(cpu, &cpus);
  // It dies with the thread that attaches, and above it: not on its processor, if there is another.
  if (attacher_cpu >= 0) {
    CPU_CLR(static_cast<unsigned>(attacher_cpu), &cpus);
    pthread_setaffinity_np(pthread_self(), sizeof cpus, &cpus);
    CPU_SET(static_cast<unsigned>(attacher_cpu), &cpus);
  }
  pthread_setaffinity_np(pthread_self(), sizeof cpus, &cpus);
  // Refused without privilege: then a death is noticed when an ordinary thread gets to run.
  if (priority::realtime_mode() != priority::Realtime::kOff)
    priority::apply_scheduling(0, priority::fifo(view.window.high + 1));
}

// What one sleep watches.
class Watches {
 public:
  void add(const platform::FutexWatch& watch) { watches_[count_++] = watch; }
  // False: it names nobody.
  bool add_life(RobustLock& life) {
    platform::FutexWatch watch{};
    if (!watch_life(life, &watch)) return false;
    if (count_ != watches_.size()) add(watch);
    return true;
  }
  [[nodiscard]] std::span<const platform::FutexWatch> all() const { return {watches_.data(), count_}; }

 private:
  std::size_t count_ = 0;
  std::array<platform::FutexWatch, platform::kMaxFutexWatches> watches_;
};

// True if a watched process is already dead.
bool watch_ring(const SegmentView& view, std::uint32_t own, Watches& watches) {
  bool dead = false;
  around_the_ring(view, own, true, [&](std::uint32_t slot) {
    RobustLock& life = view.processes[slot].life;
    const bool watched = watches.add_life(life);
    dead = dead || RobustLock::is_dead(life.observe());
    return watched;
  });
  return dead;
}

// Those there is no room for are marked as watched all the same, or they would be asked for at every wait; of their
// death the end of their process tells, or the tick. True if one is already dead.
bool watch_awaited(const SegmentView& view, Watches& watches) {
  bool dead = false;
  for (std::uint32_t word = 0; word < attachment.awaited.size(); ++word) {
    for (std::uint64_t left = attachment.awaited[word].load(kRelaxed); left != 0; left &= left - 1) {
      const std::uint64_t bit = left & -left;
      ThreadRecord* const thread = view.thread(word * kBits + static_cast<std::uint32_t>(std::countr_zero(left)));
      // Cleared first: whoever asks for the slot's next tenant from here on rings again.
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

// A second opinion on the neighbours, for deaths that the kernel did not mark.
void doubt_ring(const SegmentView& view, std::uint32_t own) {
  around_the_ring(view, own, true, [&](std::uint32_t slot) {
    ProcessRecord& process = view.processes[slot];
    const auto holder = static_cast<std::int32_t>(process.life.observe() & RobustLock::kTidMask);
    const std::int32_t pid = process.pid.load(kRelaxed);
    const std::int32_t reaper = platform::is_gone(pid, holder) ? 0 : holder;  // else perhaps a sweeper
    mark_if_gone(process.life, pid, reaper, process.sealed_start.load(kRelaxed));
    return true;
  });
}

std::uint64_t pause_after(Sweeper::Pass pass) {
  switch (pass) {
    case Sweeper::Pass::kPutOff:
      return kRetryNs;
    case Sweeper::Pass::kGiveWay:
      return Sweeper::kGiveWayNs;
    case Sweeper::Pass::kDone:
      break;
  }
  return kSafetyTickNs;
}

[[noreturn]] void watch_for_ever(const SegmentView& view, Identity identity, Sweeper& sweeper) {
  const std::uint32_t own = slot_of(identity);
  ProcessRecord& process = view.processes[own];
  int rounds = 0;
  for (;;) {
    Watches watches;
    watches.add({.word = &process.doorbell, .expected = process.doorbell.load(std::memory_order_acquire)});
    const Sweeper::Pass passed = sweeper.pass();
    apply_refused(view, identity);
    follow_owners(view, identity);
    const bool process_died = watch_ring(view, own, watches);
    for (const platform::FutexWatch& dying : sweeper.dying()) watches.add(dying);
    const bool thread_died = watch_awaited(view, watches);
    // After the pass: whom that found is claimed, and marked no more. One that cannot be claimed, which only damage
    // makes, must not keep the highest thread of the machine going.
    constexpr int kRounds = 16;
    const bool has_news = process_died || thread_died;
    if (has_news && ++rounds < kRounds) continue;
    rounds = 0;
    const auto until = platform::Deadline::at(platform::monotonic_ns() + (has_news ? kRetryNs : pause_after(passed)));
    const auto slept = platform::futex_wait_many(watches.all(), until);
    if (slept == platform::FutexResult::kTimedOut && passed == Sweeper::Pass::kDone) doubt_ring(view, own);
  }
}

// Gives up on one that is stopped.
void lock_against_attachers(const platform::Descriptor& file) {
  constexpr int kAttempts = 1000;
  for (int i = 0; i < kAttempts && flock(file.get(), LOCK_EX | LOCK_NB) != 0; ++i) usleep(1000);
}

void* reaper_main(void* argument) {
  Start& start = *static_cast<Start*>(argument);
  const SegmentView view = *start.view;
  become_watchful(view, start.attacher_cpu);
  StartedReaper result{.status = Status::kOk, .process = 0};
  Sweeper sweeper(view);       // one for good: it remembers the dead slots it holds
  constexpr int kPasses = 50;  // a namespace whose processes are all gone is clean before anybody uses it
  // A second attacher would find everything claimed, and the names of the dead still there.
  lock_against_attachers(start.segment->file);
  for (int i = 0; i < kPasses && sweeper.pass() != Sweeper::Pass::kDone; ++i) usleep(1000);
  result.status = register_process(view, &result.process);
  if (result.status == Status::kOk && !platform::still_names(start.segment->path, start.segment->file)) {
    unregister_process(view, result.process);
    result.status = Status::kNotFound;
  }
  flock(start.segment->file.get(), LOCK_UN);
  if (result.status == Status::kOk) {
    around_the_ring(view, slot_of(result.process), false, [&](std::uint32_t slot) {
      ring_doorbell(view.processes[slot]);
      return true;
    });
  }
  pthread_mutex_lock(&start.mutex);
  start.result = result;
  start.finished = true;
  pthread_cond_signal(&start.done);
  pthread_mutex_unlock(&start.mutex);  // `start` is gone after this
  if (result.status != Status::kOk) return nullptr;
  watch_for_ever(view, result.process, sweeper);
}

}  // namespace

StartedReaper start_reaper(const SegmentView& view, const MappedSegment& segment) {
  Start start{.view = &view, .segment = &segment, .attacher_cpu = sched_getcpu()};
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, kStackBytes);
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_t thread{};
  const int error = pthread_create(&thread, &attributes, reaper_main, &start);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  pthread_attr_destroy(&attributes);
  if (error != 0) return {.status = Status::kNoMemory, .process = 0};
  pthread_mutex_lock(&start.mutex);
  while (!start.finished) pthread_cond_wait(&start.done, &start.mutex);
  pthread_mutex_unlock(&start.mutex);
  return start.result;
}

}  // namespace rtss::runtime
