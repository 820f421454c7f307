// Death noticed: a process is killed while it owns ten locks, and another process waits for one of them. A sample is
// the time from the call of kill to the waiter's owning the lock.
#include "bench/commands/abandon.h"

#include <semaphore.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <memory>
#include <new>
#include <vector>

#include "bench/session/rounds.h"
#include "bench/support/shared_locks.h"

namespace rtss::bench {
namespace {

constexpr std::uint64_t kKills = 40;
constexpr int kLocks = 10;
constexpr std::chrono::seconds kLongestRun{120};

template <class Lock>
struct Scene {
  Scene() {
    require(sem_init(&owned, 1, 0) == 0, "sem_init failed");
    require(sem_init(&wanted, 1, 0) == 0, "sem_init failed");
    require(sem_init(&go, 1, 0) == 0, "sem_init failed");
    require(sem_init(&done, 1, 0) == 0, "sem_init failed");
  }
  typename Lock::Shared locks[kLocks];
  sem_t owned;   // the victim owns all locks
  sem_t go;      // the waiter may wait
  sem_t wanted;  // the waiter is about to wait
  sem_t done;    // the waiter has put everything in order again
  std::atomic<std::uint64_t> killed_at{0};
};

void wait_for(sem_t& semaphore) {
  while (sem_wait(&semaphore) != 0) continue;
}

template <class Lock>
std::vector<Lock> open_all(Scene<Lock>& scene) {
  std::vector<Lock> locks;
  for (int i = 0; i < kLocks; ++i) locks.emplace_back(scene.locks[i], i);
  return locks;
}

struct Cpus {
  int victim;
  int waiter;
};

// The victim ranks below the waiter: what it still has to tear down must not delay the waiter.
enum class Rank : std::uint8_t { kWaiter, kVictim };

void enter(const Session& session, int cpu, Rank rank) {
  require(pin_to_cpu(cpu), "cannot pin to the CPU asked for");
  lock_memory();
  const int highest = session.settings().fifo_priority;
  if (highest > 1) require(enter_fifo(rank == Rank::kWaiter ? highest : highest - 1), "SCHED_FIFO refused");
}

template <class Lock>
void play_victim(const Session& session, Cpus cpus, Scene<Lock>& scene) {
  enter(session, cpus.victim, Rank::kVictim);
  std::vector<Lock> locks = open_all(scene);
  for (Lock& lock : locks) lock.take();
  sem_post(&scene.owned);
  while (true) pause();
}

template <class Lock>
void play_waiter(const Session& session, Cpus cpus, Scene<Lock>& scene, std::uint64_t kills, const Samples& samples) {
  Recorder recorder(samples, session.clock());
  enter(session, cpus.waiter, Rank::kWaiter);
  std::vector<Lock> locks = open_all(scene);
  for (std::uint64_t i = 0; i < kills; ++i) {
    wait_for(scene.go);
    sem_post(&scene.wanted);
    require(locks.front().take() == Taken::kFromTheDead, "the owner's death was not reported");
    const std::uint64_t owned_at = session.clock().stamp();
    recorder.record(session.clock().picoseconds(scene.killed_at.load(), owned_at), owned_at);
    for (std::size_t other = 1; other < locks.size(); ++other) {
      require(locks[other].take() == Taken::kFromTheDead, "the owner's death was not reported");
    }
    for (Lock& lock : locks) lock.release();
    sem_post(&scene.done);
  }
}

template <class Lock>
void kill_one(const Session& session, Cpus cpus, Scene<Lock>& scene) {
  const timespec settle{0, 2'000'000};
  Child victim(kLongestRun, [&] { play_victim(session, cpus, scene); });
  wait_for(scene.owned);
  sem_post(&scene.go);
  wait_for(scene.wanted);
  nanosleep(&settle, nullptr);  // the waiter falls asleep meanwhile
  scene.killed_at.store(session.clock().stamp());
  victim.kill();
  wait_for(scene.done);
}

template <class Lock>
RunResult play(const Session& session, Cpus cpus, const std::string& name, std::uint64_t kills) {
  const SharedMemory scene_memory(sizeof(Scene<Lock>));
  const Samples samples(session.clock(), session.break_above_ps(name));
  auto& scene = *new (scene_memory.data()) Scene<Lock>;
  // The killer is a child too: when one of them fails, or the waiter breaks off, the other is ended.
  std::vector<std::unique_ptr<Child>> children;
  children.push_back(std::make_unique<Child>(kLongestRun, [&] { play_waiter(session, cpus, scene, kills, samples); }));
  children.push_back(std::make_unique<Child>(kLongestRun, [&] {
    for (std::uint64_t i = 0; i < kills; ++i) kill_one(session, cpus, scene);
  }));
  RunResult result;
  result.failure = wait_for_all(children, [&] { session.show_progress(name, samples.histogram()); });
  result.recorded = samples.recorded(session.clock());
  return result;
}

template <class Lock>
Player player(const Session& session, Cpus cpus, const std::string& name, std::uint64_t kills) {
  return {name, [&session, cpus, name, kills] { return play<Lock>(session, cpus, name, kills); }};
}

Report measure(const Session& session, const std::string& title, Cpus cpus) {
  Report report = session.begin_report(title, "mutex");
  report.typical = "run p50";
  const std::uint64_t kills = session.loops(kKills);
  report.conditions = {"owner of " + std::to_string(kLocks) + " locks on CPU " + std::to_string(cpus.victim) +
                       " killed, waiter on CPU " + std::to_string(cpus.waiter) + ", " + session.policy() + ", " +
                       session.rounds() + " of " + std::to_string(kills)};
  using Inheriting = SharedPthreadMutex<make_inheriting_robust_mutex>;
  run_rounds(session,
             {player<SharedPthreadMutex<make_robust_mutex>>(session, cpus, "pthread mutex, robust + shared", kills),
              player<SharedRtMutex>(session, cpus, "rtapi named mutex", kills),
              player<Inheriting>(session, cpus, PthreadInheritingRobustPair::kName, kills)},
             report);
  session.finish_report(report);
  return report;
}

}  // namespace

Reports measure_abandon(const Session& session) {
  const std::vector<int>& cpus = session.settings().cpus;
  return {measure(session, "Owner killed, waiter told", {.victim = cpus.front(), .waiter = cpus.back()})};
}

Reports measure_abandon_on_two_cpus(const Session& session) {
  const int victim = session.settings().cpus.front();
  const std::vector<int> cpus = allowed_cpus();
  const auto other = std::ranges::find_if(cpus, [&](int cpu) { return cpu != victim; });
  if (other == cpus.end()) return {};
  return {measure(session, "Owner killed, waiter told, on two CPUs", {.victim = victim, .waiter = *other})};
}

}  // namespace rtss::bench
