// The measurements that are a turn going to and fro: handoff, signal, semaphore, any, all.
#include <memory>
#include <utility>

#include "bench/commands/rounds.h"
#include "bench/handoff/turns.h"

namespace rtss::bench {
namespace {

constexpr std::uint64_t kHandoffs = 10000;
constexpr std::uint64_t kWarmUpFraction = 10;
constexpr std::uint64_t kHoldOnTwoCpusPs = 10'000'000;  // enough to fall asleep, less than the opt-in spin
constexpr double kMostKeptTurns = 0.01;

using Contestants = std::vector<std::unique_ptr<Contestant>>;

template <class Turn>
void add(Contestants& contestants, std::string name) {
  contestants.push_back(std::make_unique<PingPong<Turn>>(std::move(name)));
}

void add_bare_futexes(Contestants& contestants, Peers peers) {
  add<FutexTurn<0>>(contestants, "bare futex");
  if (peers == Peers::kThreads) add<FutexTurn<FUTEX_PRIVATE_FLAG>>(contestants, "bare futex, process-private");
}

bool on_two_cpus(const Session& session) { return session.settings().cpus[0] != session.settings().cpus[1]; }

RunResult play(const Session& session, const Contestant& contestant, const Placement& placement, Rally rally) {
  rally.break_above_ps = session.break_above_ps(contestant.name());
  PingPongResult result = play_once(contestant, placement, rally, session.clock());
  const auto most_kept = kMostKeptTurns * static_cast<double>(result.recorded.histogram.count());
  if (result.failure.empty() && static_cast<double>(result.kept_turns) > most_kept) {
    result.failure = "took its own turn back " + std::to_string(result.kept_turns) + " times: not a hand-off";
  }
  return {std::move(result.failure), std::move(result.recorded)};
}

Report run(const Session& session, const std::string& title, const std::string& object, Peers peers,
           const Contestants& contestants) {
  const std::uint64_t handoffs = session.loops(kHandoffs);
  const Rally rally{.warm_up = handoffs / kWarmUpFraction + 1,
                    .handoffs = handoffs,
                    .hold_ps = on_two_cpus(session) ? kHoldOnTwoCpusPs : 0};
  const Placement placement = session.placement(peers);
  Report report = session.begin_report(title + ", " + peers_name(peers), object);
  report.typical = "run p50";
  const std::string cpus = placement.cpus[0] == placement.cpus[1] ? "both on CPU " + std::to_string(placement.cpus[0])
                                                                  : "on CPUs " + std::to_string(placement.cpus[0]) +
                                                                        " and " + std::to_string(placement.cpus[1]);
  report.conditions = {peers_name(peers) + " " + cpus + ", " + session.policy() + ", " +
                       session.rounds() + " of 2 x " + std::to_string(handoffs) +
                       " hand-offs"};
  std::vector<Player> players;
  for (const auto& contestant : contestants) {
    players.push_back({contestant->name(), [&] { return play(session, *contestant, placement, rally); }});
  }
  run_rounds(session, players, report);
  session.finish_report(report);
  return report;
}

template <std::uint32_t kObjects>
Report run_any(const Session& session, Peers peers) {
  Contestants contestants;
  add<FutexTurn<0>>(contestants, "bare futex, one word");
  add<RtAnyTurn<kObjects>>(contestants, "rtapi wait-any");
  add<FutexWaitvTurn<kObjects>>(contestants, "futex_waitv");
  return run(session, "Signal to waiter, wait-any over " + std::to_string(kObjects), "event", peers, contestants);
}

template <std::uint32_t kObjects>
Report run_all(const Session& session, Peers peers) {
  Contestants contestants;
  add<FutexTurn<0>>(contestants, "bare futex, one word");
  add<RtAllTurn<kObjects>>(contestants, "rtapi wait-all");
  return run(session, "Last signal to waiter, wait-all over " + std::to_string(kObjects), "event", peers, contestants);
}

}  // namespace

Reports measure_handoff(const Session& session) {
  Reports reports;
  for (const Peers peers : session.settings().peers) {
    Contestants contestants;
    add_bare_futexes(contestants, peers);
    add<RtMutexTurn>(contestants, "rtapi named mutex");
    if (on_two_cpus(session)) add<Spinning<RtMutexTurn>>(contestants, "rtapi named mutex, RtssSetSpin 20 us");
    add<PthreadInheritingRobustTurn>(contestants, PthreadInheritingRobustPair::kName);
    reports.push_back(run(session, "Hand-off of a mutex", "mutex", peers, contestants));
  }
  return reports;
}

Reports measure_signal(const Session& session) {
  Reports reports;
  for (const Peers peers : session.settings().peers) {
    Contestants contestants;
    add_bare_futexes(contestants, peers);
    add<RtEventTurn>(contestants, "rtapi auto event");
    if (on_two_cpus(session)) add<Spinning<RtEventTurn>>(contestants, "rtapi auto event, RtssSetSpin 20 us");
    add<PosixSemaphoreTurn>(contestants, "sem_t");
    add<EventfdTurn>(contestants, "eventfd");
    reports.push_back(run(session, "Signal of an event to its waiter", "event", peers, contestants));
  }
  return reports;
}

Reports measure_semaphore(const Session& session) {
  Reports reports;
  for (const Peers peers : session.settings().peers) {
    Contestants contestants;
    add_bare_futexes(contestants, peers);
    add<RtSemaphoreTurn>(contestants, "rtapi semaphore");
    add<PosixSemaphoreTurn>(contestants, "sem_t");
    reports.push_back(run(session, "Release of a semaphore to its waiter", "semaphore", peers, contestants));
  }
  return reports;
}

Reports measure_any(const Session& session) {
  Reports reports;
  for (const Peers peers : session.settings().peers) {
    reports.push_back(run_any<1>(session, peers));
    reports.push_back(run_any<2>(session, peers));
    reports.push_back(run_any<8>(session, peers));
    reports.push_back(run_any<64>(session, peers));
  }
  return reports;
}

Reports measure_all(const Session& session) {
  Reports reports;
  for (const Peers peers : session.settings().peers) {
    reports.push_back(run_all<1>(session, peers));
    reports.push_back(run_all<2>(session, peers));
    reports.push_back(run_all<8>(session, peers));
    reports.push_back(run_all<64>(session, peers));
  }
  return reports;
}

}  // namespace rtss::bench
