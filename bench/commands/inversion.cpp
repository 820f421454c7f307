// Priority inversion resolved: a low thread owns the lock, a medium one keeps the CPU busy, a high one wants the lock.
// All on one CPU. A sample is the time from the high thread's call to its owning the lock; with inheritance that is
// the boost, the low thread's release and the hand-off, without it the medium thread's patience.
#include <semaphore.h>

#include <atomic>
#include <new>
#include <span>
#include <thread>

#include "bench/commands/rounds.h"
#include "bench/support/shared_locks.h"

namespace rtss::bench {
namespace {

constexpr std::uint64_t kInversions = 2000;
constexpr std::uint64_t kInversionsWithoutInheritance = 20;
constexpr std::uint64_t kMediumPatienceNs = 5'000'000;
constexpr std::chrono::seconds kLongestRun{60};
constexpr int kStep = 10;  // between the three priorities

struct Signal {
  Signal() { require(sem_init(&semaphore, 1, 0) == 0, "sem_init failed"); }
  void post() { require(sem_post(&semaphore) == 0, "sem_post failed"); }
  void wait() {
    while (sem_wait(&semaphore) != 0) continue;
  }
  alignas(64) sem_t semaphore;
};

struct Stage {
  Signal ready;
  Signal low_may_take;
  Signal low_owns;
  Signal medium_may_run;
  std::atomic<bool> medium_may_stop{false};
  std::atomic<bool> over{false};
};

void play_medium(Stage& stage) {
  stage.ready.post();
  while (true) {
    stage.medium_may_run.wait();
    if (stage.over.load()) return;
    const std::uint64_t begin = monotonic_ns();
    while (!stage.medium_may_stop.load() && monotonic_ns() - begin < kMediumPatienceNs) continue;
  }
}

template <class Lock>
void play_low(Stage& stage, typename Lock::Shared& shared) {
  Lock lock(shared, 0);
  stage.ready.post();
  while (true) {
    stage.low_may_take.wait();
    if (stage.over.load()) return;
    lock.take();
    stage.low_owns.post();  // the high thread runs from here until it wants the lock
    lock.release();
  }
}

template <class Lock>
void play_high(Stage& stage, typename Lock::Shared& shared, std::uint64_t times, const Clock& clock,
               Histogram& histogram) {
  Lock lock(shared, 0);
  stage.ready.wait();
  stage.ready.wait();
  for (std::uint64_t i = 0; i < times; ++i) {
    stage.medium_may_stop.store(false);
    stage.low_may_take.post();
    stage.low_owns.wait();
    stage.medium_may_run.post();
    const std::uint64_t begin = clock.stamp();
    lock.take();
    histogram.record(clock.picoseconds(begin, clock.stamp()));
    stage.medium_may_stop.store(true);
    lock.release();
  }
  stage.over.store(true);
  stage.low_may_take.post();
  stage.medium_may_run.post();
}

void enter(const Session& session, int priority_steps) {
  require(pin_to_cpu(session.settings().cpus.front()), "cannot pin to the CPU asked for");
  lock_memory();
  require(enter_fifo(session.settings().fifo_priority - kStep + priority_steps * kStep), "SCHED_FIFO refused");
}

template <class Lock>
struct Scene {
  Stage stage;
  typename Lock::Shared lock;
};

template <class Lock>
RunResult play(const Session& session, Peers peers, std::uint64_t times) {
  const Histogram::Range range;
  const SharedMemory scene_memory(sizeof(Scene<Lock>));
  const SharedMemory histogram_memory(Histogram::words_needed(range) * sizeof(std::uint64_t));
  auto& scene = *new (scene_memory.data()) Scene<Lock>;
  Histogram histogram(range, {static_cast<std::uint64_t*>(histogram_memory.data()), Histogram::words_needed(range)});
  histogram.clear();
  const auto low = [&] { enter(session, 0), play_low<Lock>(scene.stage, scene.lock); };
  const auto medium = [&] { enter(session, 1), play_medium(scene.stage); };
  const auto high = [&] {
    enter(session, 2), play_high<Lock>(scene.stage, scene.lock, times, session.clock(), histogram);
  };
  RunResult result;
  if (peers == Peers::kThreads) {
    Child all(kLongestRun, [&] {
      std::thread low_thread(low);
      std::thread medium_thread(medium);
      std::thread high_thread(high);
      high_thread.join();
      medium_thread.join();
      low_thread.join();
    });
    result.failure = all.wait();
  } else {
    Child low_child(kLongestRun, low);
    Child medium_child(kLongestRun, medium);
    Child high_child(kLongestRun, high);
    for (Child* const child : {&high_child, &medium_child, &low_child}) {
      if (result.failure.empty()) result.failure = child->wait();
    }
  }
  result.histogram.merge(histogram);
  return result;
}

template <class Lock>
Player player(const Session& session, Peers peers, std::string name, std::uint64_t times) {
  return {std::move(name), [&session, peers, times] { return play<Lock>(session, peers, times); }};
}

Report run(const Session& session, Peers peers) {
  Report report = session.begin_report(
      std::string("Priority inversion resolved, ") + (peers == Peers::kThreads ? "threads" : "processes"), "mutex");
  report.typical = "run p50";
  const std::uint64_t times = session.loops(kInversions);
  report.conditions = {std::string(peers == Peers::kThreads ? "three threads" : "three processes") + " on CPU " +
                       std::to_string(session.settings().cpus.front()) + ", " + session.policy() +
                       " in the middle, 10 above and 10 below, " + std::to_string(session.repetitions()) +
                       " interleaved runs of " + std::to_string(times)};
  if (session.settings().fifo_priority <= kStep) {
    ContestantReport& skipped = report.contestants.emplace_back();
    skipped.name = "all";
    skipped.failure = "needs SCHED_FIFO above priority " + std::to_string(kStep);
    return report;
  }
  run_rounds(session,
             {player<KernelInheritingLock>(session, peers, "kernel PI futex", times),
              player<SharedRtMutex>(session, peers, "rtapi named mutex", times),
              player<SharedPthreadMutex<make_inheriting_robust_mutex>>(session, peers,
                                                                       PthreadInheritingRobustPair::kName, times),
              player<SharedPthreadMutex<make_robust_mutex>>(session, peers, "pthread mutex, no inheritance (cut off)",
                                                            kInversionsWithoutInheritance)},
             report);
  session.finish_report(report);
  return report;
}

}  // namespace

Reports measure_inversion(const Session& session) {
  Reports reports;
  for (const Peers peers : session.settings().peers) reports.push_back(run(session, peers));
  return reports;
}

}  // namespace rtss::bench
