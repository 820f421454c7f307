// What every measurement with several actors has in common: contestants in turn, round by round.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bench/session/session.h"
#include "bench/support/samples.h"

namespace rtss::bench {

enum class Fault : std::uint8_t { kContestant, kConditions };

struct RunResult {
  std::string failure;  // empty when it was measured
  Recorded recorded;
  std::uint64_t missed_periods = 0;
  bool unfit = false;  // as in ContestantReport

  // It was something else than what is to be measured: nothing of it counts. A failed run keeps its own failure.
  void refuse(std::string why, Fault fault = Fault::kContestant);
};

struct Player {
  std::string name;
  std::function<RunResult()> play;  // one run
  std::optional<int> cpu = {};      // where, if not on the first CPU of the settings
};

// Adds a contestant to the report for each player and fills it. Repetitions are interleaved, each round starting with
// another contestant: drift of the machine hits all alike. So many consecutive players play at the same time.
void run_rounds(const Session& session, const std::vector<Player>& players, Report& report, std::size_t together = 1);

}  // namespace rtss::bench
