#include "bench/commands/uncontended.h"

#include <memory>

#include "bench/session/in_one_thread.h"
#include "bench/support/pairs.h"

namespace rtss::bench {
namespace {

constexpr std::uint64_t kRounds = 200;
constexpr std::uint64_t kBatch = 1000;
constexpr std::uint64_t kSingles = 20000;

template <class... Pairs>
struct Line {
  static std::vector<std::string> names() { return {Pairs::kName...}; }
  static std::vector<Task> tasks() { return {task<Pairs>()...}; }

 private:
  template <class Pair>
  static Task task() {
    return {Pair::kName, [pair = std::make_shared<Pair>()](std::uint64_t times) {
              Pair& subject = *pair;
              for (std::uint64_t i = 0; i < times; ++i) {
                subject.take();
                subject.release();
              }
            }};
  }
};

template <class Contestants>
Report run(const Session& session, const std::string& title, const std::string& object) {
  Report report = session.begin_report(title, object);
  report.typical = "per pair";
  const Effort effort{session.loops(kRounds), kBatch, session.loops(kSingles)};
  report.conditions = {"one thread on CPU " + std::to_string(session.settings().cpus.front()) + ", another alive, " +
                           session.policy() + ", " + session.rounds(),
                       "per pair: median over batches of " + std::to_string(kBatch) +
                           " pairs; max and percentiles: pairs timed singly, two time stamps included"};
  for (const std::string& name : Contestants::names()) session.add_contestant(report, name);
  const auto prepare = [] {
    static const SecondThread second;
    return Contestants::tasks();
  };
  for (int round = 0; session.wants_round(round, report); ++round) {
    session.begin_run(report, round, report.contestants);
    if (!measure_once(session, effort, prepare, report, 0, Contestants::names().size())) break;
  }
  session.finish_report(report);
  return report;
}

}  // namespace

Reports measure_uncontended(const Session& session) {
  using Mutexes =
      Line<CasLibraryPair, CasInlinePair, RtMutexPair, PthreadNormalPair, PthreadInheritingRobustPair, BoostMutexPair>;
  using Signals =
      Line<CasLibraryPair, RtEventPair, RtSemaphorePair, PosixSemaphorePair, BoostSemaphorePair, EventfdPair>;
  Reports reports;
  reports.push_back(run<Mutexes>(session, "Take and release of a free mutex", "mutex"));
  reports.push_back(run<Signals>(session, "Signal and take without a waiter", "event, semaphore"));
  return reports;
}

}  // namespace rtss::bench
