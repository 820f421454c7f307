#include "bench/commands/rounds.h"

#include "bench/support/own_namespace.h"

namespace rtss::bench {
namespace {

void add_result(ContestantReport& report, const RunResult& result) {
  report.failure = result.failure;
  if (!result.failure.empty()) return;
  report.histogram.merge(result.histogram);
  report.medians_ns.push_back(static_cast<double>(result.histogram.percentile(50)) /
                              static_cast<double>(kPicosecondsPerNanosecond));
}

}  // namespace

void run_rounds(const Session& session, const std::vector<Player>& players, Report& report) {
  for (const Player& player : players) {
    ContestantReport& added = report.contestants.emplace_back();
    added.name = player.name;
    added.cpu = session.settings().cpus.front();
  }
  for (int round = 0; round < session.repetitions(); ++round) {
    for (std::size_t turn = 0; turn < players.size(); ++turn) {
      const std::size_t i = (turn + static_cast<std::size_t>(round)) % players.size();
      if (!report.contestants[i].failure.empty()) continue;
      session.progress(report.title + ", round " + std::to_string(round + 1) + ": " + players[i].name);
      const RunResult result = players[i].play();
      if (interrupted()) return;
      add_result(report.contestants[i], result);
    }
  }
}

}  // namespace rtss::bench
