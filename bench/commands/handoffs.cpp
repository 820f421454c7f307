// The measurements that are a turn going to and fro: handoff, signal, semaphore, any, all.
#include "bench/commands/handoffs.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "bench/handoff/peer_turns.h"
#include "bench/handoff/turns.h"
#include "bench/session/rounds.h"

namespace rtss::bench {
namespace {

constexpr std::uint64_t kHandoffs = 10000;
constexpr std::uint64_t kWarmUpFraction = 10;
constexpr std::uint64_t kHoldOnTwoCpusPs = 10'000'000;  // enough to fall asleep, less than the opt-in spin
constexpr double kMostKeptTurns = 0.1;

using Contestants = std::vector<std::unique_ptr<Contestant>>;

template <class Turn>
void add(Contestants& contestants, std::string name) {
  contestants.push_back(std::make_unique<PingPong<Turn>>(std::move(name)));
}

void add_bare_futexes(Contestants& contestants, Peers peers) {
  add<FutexTurn<0>>(contestants, "bare futex");
  if (peers == Peers::kThreads) add<FutexTurn<FUTEX_PRIVATE_FLAG>>(contestants, "bare futex, process-private");
}

bool on_two_cpus(const Placement& placement) { return placement.cpus[0] != placement.cpus[1]; }

RunResult play(const Session& session, const std::string& name, const Contestant& contestant,
               const Placement& placement, Rally rally) {
  rally.break_above_ps = session.break_above_ps(name);
  PingPongResult played = play_once(contestant, placement, rally, session.clock(),
                                    [&](const Histogram& so_far) { session.show_progress(name, so_far); });
  RunResult result{.failure = std::move(played.failure), .recorded = std::move(played.recorded)};
  const std::uint64_t turns = played.kept_turns + result.recorded.histogram.count();
  if (static_cast<double>(played.kept_turns) > kMostKeptTurns * static_cast<double>(turns)) {
    // Under the ordinary policy it is the scheduler that lets a side have its turn again.
    result.refuse("took its own turn back " + std::to_string(played.kept_turns) + " times: not a hand-off",
                  placement.fifo_priority == 0 ? Fault::kConditions : Fault::kContestant);
  }
  return result;
}

Report run(const Session& session, const std::string& title, const std::string& object, const Placement& placement,
           const Contestants& contestants) {
  const std::uint64_t handoffs = session.loops(kHandoffs);
  const Rally rally{.warm_up = handoffs / kWarmUpFraction + 1,
                    .handoffs = handoffs,
                    .hold_ps = on_two_cpus(placement) ? kHoldOnTwoCpusPs : 0};
  const std::string peers = peers_name(placement.peers);
  Report report = session.begin_report(title + ", " + peers + (on_two_cpus(placement) ? " on two CPUs" : ""), object);
  report.typical = "run p50";
  const std::string cpus = placement.cpus[0] == placement.cpus[1] ? "both on CPU " + std::to_string(placement.cpus[0])
                                                                  : "on CPUs " + std::to_string(placement.cpus[0]) +
                                                                        " and " + std::to_string(placement.cpus[1]);
  report.conditions = {peers + " " + cpus + ", " + session.policy() + ", " + session.rounds() + " of 2 x " +
                       std::to_string(handoffs) + " hand-offs"};
  std::vector<Player> players;
  for (const auto& contestant : contestants) {
    players.push_back(
        {contestant->name(), [&] { return play(session, contestant->name(), *contestant, placement, rally); }});
  }
  run_rounds(session, players, report);
  session.finish_report(report);
  return report;
}

// All pairs at the same time; one row for each.
Report run_in_lanes(const Session& session, const std::string& title, const std::string& object, Peers peers,
                    const Contestants& contestants) {
  const std::uint64_t handoffs = session.loops(kHandoffs);
  const Rally rally{.warm_up = handoffs / kWarmUpFraction + 1, .handoffs = handoffs};
  const std::vector<Lane> lanes = session.lanes();
  Report report = session.begin_report(title + ", " + peers_name(peers) + ", " + session.lanes_in_words(), object);
  report.typical = "run p50";
  report.conditions = {peers_name(peers) + " in each of " + std::to_string(lanes.size()) +
                       " pairs at the same time, each on one CPU, " + session.policy() + ", " + session.rounds() +
                       " of 2 x " + std::to_string(handoffs) + " hand-offs"};
  std::vector<Player> players;
  for (const auto& contestant : contestants) {
    for (const Lane& lane : lanes) {
      const Placement placement{peers, {lane.cpu, lane.cpu}, session.settings().fifo_priority, lane.number};
      const std::string name = contestant->name() + ", " + lane.name;
      players.push_back(
          {name, [&, name, placement] { return play(session, name, *contestant, placement, rally); }, lane.cpu});
    }
  }
  run_rounds(session, players, report, lanes.size());
  session.finish_report(report);
  return report;
}

template <class Turn>
Reports measure_in_lanes(const Session& session, const std::string& title, const std::string& object,
                         const std::string& name) {
  Reports reports;
  for (const Peers peers : session.settings().peers) {
    Contestants contestants;
    add<FutexTurn<0>>(contestants, "bare futex");
    add<Turn>(contestants, name);
    reports.push_back(run_in_lanes(session, title, object, peers, contestants));
  }
  return reports;
}

template <std::uint32_t kObjects>
Report run_any(const Session& session, Peers peers) {
  Contestants contestants;
  add<FutexTurn<0>>(contestants, "bare futex, one word");
  add<RtAnyTurn<kObjects>>(contestants, "rtapi wait-any");
  add<FutexWaitvTurn<kObjects>>(contestants, "futex_waitv");
  return run(session, "Signal to waiter, wait-any over " + std::to_string(kObjects), "event", session.placement(peers),
             contestants);
}

template <std::uint32_t kObjects>
Report run_all(const Session& session, Peers peers) {
  Contestants contestants;
  add<FutexTurn<0>>(contestants, "bare futex, one word");
  add<RtAllTurn<kObjects>>(contestants, "rtapi wait-all");
  return run(session, "Last signal to waiter, wait-all over " + std::to_string(kObjects), "event",
             session.placement(peers), contestants);
}

Report run_handoff(const Session& session, const Placement& placement) {
  Contestants contestants;
  add_bare_futexes(contestants, placement.peers);
  add<RtMutexTurn>(contestants, "rtapi named mutex");
  if (on_two_cpus(placement)) add<Spinning<RtMutexTurn>>(contestants, "rtapi named mutex, RtssSetSpin 20 us");
  add<PthreadInheritingRobustTurn>(contestants, PthreadInheritingRobustPair::kName);
  add<PthreadNormalTurn>(contestants, "pthread mutex, normal");
  add<BoostMutexTurn>(contestants, "Boost interprocess_mutex");
  return run(session, "Hand-off of a mutex", "mutex", placement, contestants);
}

}  // namespace

Reports measure_handoff(const Session& session) {
  if (session.settings().lanes > 0) {
    return measure_in_lanes<RtMutexTurn>(session, "Hand-off of a mutex", "mutex", "rtapi named mutex");
  }
  Reports reports;
  for (const Peers peers : session.settings().peers) {
    reports.push_back(run_handoff(session, session.placement(peers)));
  }
  return reports;
}

Reports measure_handoff_on_two_cpus(const Session& session) {
  Reports reports;
  for (const Peers peers : session.settings().peers) {
    Placement placement = session.placement(peers);
    const std::vector<int> cpus = allowed_cpus();
    const auto other = std::ranges::find_if(cpus, [&](int cpu) { return cpu != placement.cpus[0]; });
    if (other == cpus.end()) continue;
    placement.cpus[1] = *other;
    reports.push_back(run_handoff(session, placement));
  }
  return reports;
}

Reports measure_handoff_in_crowd(const Session& session) {
  Reports reports;
  if (session.settings().fifo_priority == 0) return reports;  // in the crowd's turn only its lower priority keeps order
  for (const Peers peers : session.settings().peers) {
    Contestants contestants;
    add<RtMutexTurn>(contestants, "rtapi mutex, no other waiter");
    add<CrowdedTurn<RtMutexTurn, 4>>(contestants, "rtapi mutex, 4 lower threads wait, too");
    add<CrowdedTurn<RtMutexTurn, 16>>(contestants, "rtapi mutex, 16 lower threads wait, too");
    add<CrowdedTurn<RtMutexTurn, 64>>(contestants, "rtapi mutex, 64 lower threads wait, too");
    reports.push_back(run(session, "Hand-off of a mutex in a crowd", "mutex", session.placement(peers), contestants));
  }
  return reports;
}

Reports measure_queue(const Session& session) {
  if (session.settings().fifo_priority == 0) {
    if (session.settings().targets_only) return {};
    fail("a queue of lower threads needs real-time priorities");
  }
  Reports reports;
  for (const Peers peers : session.settings().peers) {
    Contestants contestants;
    add<CrowdedTurn<RtMutexTurn, 1>>(contestants, "rtapi mutex, 1 lower thread queued");
    add<CrowdedTurn<RtMutexTurn, 1900>>(contestants, "rtapi mutex, 1900 lower threads queued");
    add<CrowdedTurn<PthreadInheritingRobustTurn, 1>>(contestants, "pthread PI mutex, 1 lower thread queued");
    add<CrowdedTurn<PthreadInheritingRobustTurn, 1900>>(contestants, "pthread PI mutex, 1900 lower threads queued");
    reports.push_back(run(session, "Hand-off of a mutex past a queue", "mutex", session.placement(peers), contestants));
    if (session.settings().targets_only) break;
  }
  return reports;
}

Reports measure_signal(const Session& session) {
  if (session.settings().lanes > 0) {
    return measure_in_lanes<RtEventTurn>(session, "Signal of an event to its waiter", "event", "rtapi auto event");
  }
  Reports reports;
  for (const Peers peers : session.settings().peers) {
    const Placement placement = session.placement(peers);
    Contestants contestants;
    add_bare_futexes(contestants, peers);
    add<RtEventTurn>(contestants, "rtapi auto event");
    if (on_two_cpus(placement)) add<Spinning<RtEventTurn>>(contestants, "rtapi auto event, RtssSetSpin 20 us");
    add<PosixSemaphoreTurn>(contestants, "sem_t");
    add<EventfdTurn>(contestants, "eventfd");
    add<BoostConditionTurn>(contestants, "Boost interprocess_condition");
    reports.push_back(run(session, "Signal of an event to its waiter", "event", placement, contestants));
  }
  return reports;
}

Reports measure_semaphore(const Session& session) {
  if (session.settings().lanes > 0) {
    return measure_in_lanes<RtSemaphoreTurn>(session, "Release of a semaphore to its waiter", "semaphore",
                                             "rtapi semaphore");
  }
  Reports reports;
  for (const Peers peers : session.settings().peers) {
    Contestants contestants;
    add_bare_futexes(contestants, peers);
    add<RtSemaphoreTurn>(contestants, "rtapi semaphore");
    add<PosixSemaphoreTurn>(contestants, "sem_t");
    add<BoostSemaphoreTurn>(contestants, "Boost interprocess_semaphore");
    reports.push_back(
        run(session, "Release of a semaphore to its waiter", "semaphore", session.placement(peers), contestants));
  }
  return reports;
}

Reports measure_any(const Session& session) {
  Reports reports;
  for (const Peers peers : session.settings().peers) {
    if (!session.settings().targets_only) {
      reports.push_back(run_any<1>(session, peers));
      reports.push_back(run_any<2>(session, peers));
      reports.push_back(run_any<8>(session, peers));
    }
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
