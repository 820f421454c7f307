// Measurements in which one thread works alone: its contestants run in one child process, round by round in turn.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "bench/session/session.h"

namespace rtss::bench {

struct Task {
  std::string name;
  std::function<void(std::uint64_t times)> run;
};

struct Effort {
  std::uint64_t rounds;   // batches of each task
  std::uint64_t batch;    // operations in a batch; their mean is one value of the typical cost
  std::uint64_t singles;  // operations timed one by one, clock included: the distribution and its tail
};

using Prepare = std::function<std::vector<Task>()>;

// prepare is called in the child and makes the tasks; what it makes lives as long as the child. The report has a
// contestant for each task, from first on, with the same name: the parent never calls prepare. False: stop measuring.
bool measure_once(const Session& session, const Effort& effort, const Prepare& prepare, Report& report,
                  std::size_t first, std::size_t tasks);

// All rounds of a report in which each contestant has a child of its own, and with it company of its own: the one
// task that prepares[i] makes is the report's contestant i.
void measure_apart(const Session& session, const Effort& effort, const std::vector<Prepare>& prepares, Report& report);

}  // namespace rtss::bench
