// Death noticed: a process is killed while it owns ten locks, and another process waits for one of them. A sample is
// the time from the call of kill to the waiter's owning the lock.
#include <semaphore.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <memory>
#include <new>
#include <vector>

#include "bench/commands/rounds.h"
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

// The victim ranks below the waiter: what it still has to tear down must not delay who was told.
enum class Rank : std::uint8_t { kWaiter, kVictim };

void enter(const Session& session, int cpu, Rank rank) {
  require(pin_to_cpu(cpu), "cannot pin to the CPU asked for");
  lock_memory();
  const int highest = session.settings().fifo_priority;
  if (highest > 1) require(enter_fifo(rank == Rank::kWaiter ? highest : highest - 1), "SCHED_FIFO refused");
}

template <class Lock>
void play_victim(const Session& session, Scene<Lock>& scene) {
  enter(session, session.settings().cpus.front(), Rank::kVictim);
  std::vector<Lock> locks = open_all(scene);
  for (Lock& lock : locks) lock.take();
  sem_post(&scene.owned);
  while (true) pause();
}

template <class Lock>
void play_waiter(const Session& session, Scene<Lock>& scene, std::uint64_t kills, const Samples& samples) {
  Recorder recorder(samples, session.clock());
  enter(session, session.settings().cpus.back(), Rank::kWaiter);
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
void kill_one(const Session& session, Scene<Lock>& scene) {
  const timespec settle{0, 2'000'000};
  Child victim(kLongestRun, [&] { play_victim(session, scene); });
  wait_for(scene.owned);
  sem_post(&scene.go);
  wait_for(scene.wanted);
  nanosleep(&settle, nullptr);  // the waiter falls asleep meanwhile
  scene.killed_at.store(session.clock().stamp());
  victim.kill();
  wait_for(scene.done);
}

template <class Lock>
RunResult play(const Session& session, const std::string& name, std::uint64_t kills) {
  const SharedMemory scene_memory(sizeof(Scene<Lock>));
  const Samples samples(session.clock(), session.break_above_ps(name));
  auto& scene = *new (scene_memory.data()) Scene<Lock>;
  // The killer is a child too: should anything go wrong, its time limit ends all of it.
  Child killer(kLongestRun, [&] {
    Child waiter(kLongestRun, [&] { play_waiter(session, scene, kills, samples); });
    for (std::uint64_t i = 0; i < kills; ++i) kill_one(session, scene);
    const std::string failure = waiter.wait();
    if (!failure.empty()) fail(failure);
  });
  RunResult result;
  result.failure = killer.wait();
  result.recorded = samples.recorded(session.clock());
  return result;
}

template <class Lock>
Player player(const Session& session, const std::string& name, std::uint64_t kills) {
  return {name, [&session, name, kills] { return play<Lock>(session, name, kills); }};
}

}  // namespace

Reports measure_abandon(const Session& session) {
  Report report = session.begin_report("Owner killed, waiter told", "mutex");
  report.typical = "run p50";
  const std::uint64_t kills = session.loops(kKills);
  report.conditions = {"owner of " + std::to_string(kLocks) + " locks on CPU " +
                       std::to_string(session.settings().cpus.front()) + " killed, waiter on CPU " +
                       std::to_string(session.settings().cpus.back()) + ", " + session.policy() + ", " +
                       session.rounds() + " of " + std::to_string(kills)};
  run_rounds(
      session,
      {player<SharedPthreadMutex<make_robust_mutex>>(session, "pthread mutex, robust + shared", kills),
       player<SharedRtMutex>(session, "rtapi named mutex", kills),
       player<SharedPthreadMutex<make_inheriting_robust_mutex>>(session, PthreadInheritingRobustPair::kName, kills)},
      report);
  session.finish_report(report);
  Reports reports;
  reports.push_back(std::move(report));
  return reports;
}

}  // namespace rtss::bench
