// How long a priority inversion lasts, alone and at the end of a chain, beside the kernel's own inheritance; and that
// without inheritance it lasts as long as the hog does.
#include "bench/commands/inversion.h"

#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "bench/inversion/rescue.h"
#include "bench/session/levels.h"
#include "bench/session/rounds.h"
#include "rtapi.h"

namespace rtss::bench {
namespace {

constexpr std::uint64_t kRounds = 2000;
constexpr std::uint64_t kWarmUpFraction = 10;
constexpr std::uint64_t kHogRoundsWithoutInheritance = 10;
constexpr std::uint64_t kHogLimitNs = 20'000'000;
constexpr const char* kWithoutInheritance = "inheritance off, rtapi named mutex";
constexpr std::uint32_t kDepths[] = {1, 2, 4, 8, 16};

class RtMutexes : public Mutexes {
 public:
  explicit RtMutexes(std::uint32_t depth) {
    for (std::uint32_t i = 0; i < depth; ++i) {
      handles_[i] = RtCreateMutexA(nullptr, FALSE, ("bench inversion " + std::to_string(i)).c_str());
      require(handles_[i] != nullptr, "RtCreateMutex failed");
    }
  }
  void take(std::uint32_t index) override {
    require(RtWaitForSingleObject(handles_[index], INFINITE) == WAIT_OBJECT_0, "rtapi mutex: wait failed");
  }
  void release(std::uint32_t index) override {
    require(RtReleaseMutex(handles_[index]) != FALSE, "rtapi mutex: release failed");
  }

 private:
  std::array<HANDLE, kDeepestChain> handles_{};
};

// Actors as RTX programs are: each sets its level, the lowest that has the priority asked for as its image.
class RtInversion : public InversionContestant {
 public:
  using InversionContestant::InversionContestant;
  [[nodiscard]] bool set_priority(int linux_priority) const override {
    return RtSetThreadPriority(RtGetCurrentThread(), level_of(linux_priority)) != FALSE;
  }
  [[nodiscard]] std::unique_ptr<Mutexes> open(void* /*shared*/, std::uint32_t depth) const override {
    return std::make_unique<RtMutexes>(depth);
  }
};

// Threads that were made real-time by other means: their scheduling is read before it is changed and changed back.
class RtInversionOfForeignThreads final : public RtInversion {
 public:
  using RtInversion::RtInversion;
  [[nodiscard]] bool set_priority(int linux_priority) const override { return enter_fifo(linux_priority); }
};

// In a namespace of its own, made with inheritance off; its file goes as soon as all peers are in.
class RtInversionWithoutInheritance final : public RtInversion {
 public:
  explicit RtInversionWithoutInheritance(std::string name)
      : RtInversion(std::move(name)), namespace_(std::string(std::getenv("RTSS_NAMESPACE")) + "-off") {}
  ~RtInversionWithoutInheritance() override { remove_namespace(); }
  void enter() const override {
    setenv("RTSS_INHERITANCE", "off", 1);
    setenv("RTSS_NAMESPACE", namespace_.c_str(), 1);
  }
  void all_have_entered() const override { remove_namespace(); }

 private:
  void remove_namespace() const { unlink(("/dev/shm/rtss-" + std::to_string(getuid()) + "-" + namespace_).c_str()); }
  std::string namespace_;
};

class PthreadMutexes : public Mutexes {
 public:
  explicit PthreadMutexes(pthread_mutex_t* mutexes) : mutexes_(mutexes) {}
  void take(std::uint32_t index) override {
    require(pthread_mutex_lock(&mutexes_[index]) == 0, "pthread PI mutex: lock failed");
  }
  void release(std::uint32_t index) override {
    require(pthread_mutex_unlock(&mutexes_[index]) == 0, "pthread PI mutex: unlock failed");
  }

 private:
  pthread_mutex_t* mutexes_;
};

// Process-shared and inheriting, nothing else: the kernel's PI futex with as little around it as there is.
class PthreadInversion final : public InversionContestant {
 public:
  using InversionContestant::InversionContestant;
  [[nodiscard]] std::size_t shared_bytes() const override { return kDeepestChain * sizeof(pthread_mutex_t); }
  void prepare(void* shared, std::uint32_t depth) const override {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
    for (std::uint32_t i = 0; i < depth; ++i) {
      require(pthread_mutex_init(&static_cast<pthread_mutex_t*>(shared)[i], &attributes) == 0, "no PI mutexes here");
    }
    pthread_mutexattr_destroy(&attributes);
  }
  [[nodiscard]] std::unique_ptr<Mutexes> open(void* shared, std::uint32_t /*depth*/) const override {
    return std::make_unique<PthreadMutexes>(static_cast<pthread_mutex_t*>(shared));
  }
};

RunResult play(const Session& session, const InversionContestant& contestant, Inversion inversion) {
  inversion.break_above_ps = session.break_above_ps(contestant.name());
  InversionResult played = resolve(contestant, inversion, session.clock(),
                                   [&](const Histogram& so_far) { session.show_progress(contestant.name(), so_far); });
  RunResult result{.failure = std::move(played.failure), .recorded = std::move(played.recorded)};
  if (played.given_up != 0) {
    result.refuse("never resolved while the hog ran, cut off after " + std::to_string(kHogLimitNs / 1'000'000) +
                  " ms, " + std::to_string(played.given_up) + " of " +
                  std::to_string(played.given_up + result.recorded.histogram.count()) + " times");
  }
  return result;
}

using Contestants = std::vector<std::unique_ptr<InversionContestant>>;

Report run(const Session& session, Peers peers, std::uint32_t depth) {
  Contestants contestants;
  contestants.push_back(std::make_unique<PthreadInversion>("pthread mutex, PI+shared"));
  contestants.push_back(std::make_unique<RtInversion>("rtapi named mutex"));
  contestants.push_back(std::make_unique<RtInversionOfForeignThreads>("rtapi named mutex, threads SCHED_FIFO already"));
  const std::vector<int>& cpus = session.settings().cpus;
  Inversion inversion{
      .peers = peers,
      .cpu = cpus[0],
      .cpu_of_high = cpus[1],
      .low_priority = std::min(session.settings().fifo_priority, kHighestPriority - static_cast<int>(depth) - 1),
      .depth = depth,
      .warm_up = 0,
      .rounds = session.loops(kRounds),
      .hog_limit_ns = kHogLimitNs};
  inversion.warm_up = inversion.rounds / kWarmUpFraction + 1;
  const std::string who = peers == Peers::kThreads ? "threads" : "processes";
  Report report = session.begin_report(
      "Inversion resolved, " +
          (depth == 1 ? std::string("one owner") : "chain of " + std::to_string(depth) + " owners") + ", " + who,
      "mutex");
  report.typical = "run p50";
  report.conditions = {who + ": owners and hog on CPU " + std::to_string(cpus[0]) + ", high on CPU " +
                       std::to_string(cpus[1]) + ", SCHED_FIFO " + std::to_string(inversion.low_priority) + " to " +
                       std::to_string(inversion.low_priority + static_cast<int>(depth) + 1) + ", " + session.rounds() +
                       " of " + std::to_string(inversion.rounds) + " rounds"};
  std::vector<Player> players;
  for (const auto& contestant : contestants) {
    players.push_back({contestant->name(), [&] { return play(session, *contestant, inversion); }});
  }
  if (depth == 1) {
    players.push_back({kWithoutInheritance, [&] {
                         Inversion few = inversion;
                         few.rounds = kHogRoundsWithoutInheritance;
                         few.warm_up = 0;
                         return play(session, RtInversionWithoutInheritance(kWithoutInheritance), few);
                       }});
  }
  run_rounds(session, players, report);
  session.finish_report(report);
  return report;
}

}  // namespace

Reports measure_inversion(const Session& session) {
  Reports reports;
  if (session.settings().fifo_priority == 0) {
    if (session.settings().targets_only) return reports;
    fail("an inversion needs real-time priorities");
  }
  for (const Peers peers : session.settings().peers) {
    for (const std::uint32_t depth : kDepths) {
      if (depth == 1 || !session.settings().targets_only) reports.push_back(run(session, peers, depth));
    }
  }
  return reports;
}

}  // namespace rtss::bench
