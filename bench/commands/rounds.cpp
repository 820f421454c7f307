#include "bench/commands/rounds.h"

#include <utility>

namespace rtss::bench {
namespace {

void add_result(const Session& session, ContestantReport& report, const RunResult& result) {
  const bool broken = result.recorded.broken.has_value();
  const bool cut_short = broken || interrupted();
  if (!result.failure.empty() && !(cut_short && result.recorded.is_whole())) {
    if (!cut_short) {
      report.failure = result.failure;
      report.unfit = result.unfit;
    }
    return;
  }
  report.recorded.merge(result.recorded);
  report.missed_periods += result.missed_periods;
  report.medians_ns.push_back(static_cast<double>(result.recorded.histogram.percentile(50)) /
                              static_cast<double>(kPicosecondsPerNanosecond));
  if (broken) session.note_break(report);
}

}  // namespace

void RunResult::refuse(std::string why, Fault fault) {
  if (!failure.empty() && !interrupted()) return;
  failure = std::move(why);
  unfit = fault == Fault::kConditions;
  recorded = {};
}

void run_rounds(const Session& session, const std::vector<Player>& players, Report& report) {
  for (const Player& player : players) session.add_contestant(report, player.name);
  for (int round = 0; session.wants_round(round, report); ++round) {
    for (std::size_t turn = 0; turn < players.size(); ++turn) {
      const std::size_t i = (turn + static_cast<std::size_t>(round)) % players.size();
      if (!report.contestants[i].failure.empty()) continue;
      session.begin_run(report, round, {&report.contestants[i], 1});
      const RunResult result = players[i].play();
      add_result(session, report.contestants[i], result);
      if (session.stopped()) return;
    }
  }
}

}  // namespace rtss::bench
