#include "bench/session/rounds.h"

#include <algorithm>
#include <span>
#include <thread>
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

// The players are the report's contestants from `first` on; each plays in a thread that waits for its children.
void play_together(const Session& session, std::span<const Player> players, int round, Report& report,
                   std::size_t first) {
  const std::span<ContestantReport> contestants = std::span(report.contestants).subspan(first, players.size());
  if (std::ranges::any_of(contestants, [](const auto& each) { return !each.failure.empty(); })) return;
  session.begin_run(report, round, contestants);
  std::vector<RunResult> results(players.size());
  std::vector<std::thread> others;
  for (std::size_t i = 1; i < players.size(); ++i) {
    others.emplace_back([&, i] { results[i] = players[i].play(); });
  }
  results.front() = players.front().play();
  for (std::thread& other : others) other.join();
  for (std::size_t i = 0; i < players.size(); ++i) add_result(session, contestants[i], results[i]);
}

}  // namespace

void RunResult::refuse(std::string why, Fault fault) {
  if (!failure.empty() && !interrupted()) return;
  failure = std::move(why);
  unfit = fault == Fault::kConditions;
  recorded = {};
}

void run_rounds(const Session& session, const std::vector<Player>& players, Report& report, std::size_t together) {
  for (const Player& player : players) session.add_contestant(report, player.name, player.cpu);
  const std::size_t turns = players.size() / together;
  for (int round = 0; session.wants_round(round, report); ++round) {
    for (std::size_t turn = 0; turn < turns; ++turn) {
      const std::size_t first = (turn + static_cast<std::size_t>(round)) % turns * together;
      play_together(session, std::span(players).subspan(first, together), round, report, first);
      if (session.stopped()) return;
    }
  }
}

}  // namespace rtss::bench
