#include "bench/commands/in_one_thread.h"

#include <span>

#include "bench/support/own_namespace.h"
#include "bench/support/stats.h"

namespace rtss::bench {
namespace {

constexpr std::chrono::seconds kLongestRun{120};

// Shared with the child: a histogram for each task, then its typical cost in picoseconds.
class Results {
 public:
  explicit Results(std::size_t tasks)
      : words_(Histogram::words_needed(range_)), tasks_(tasks), memory_(tasks * (words_ + 1) * sizeof(std::uint64_t)) {
    for (std::size_t i = 0; i < tasks; ++i) histogram(i).clear();
  }
  [[nodiscard]] Histogram histogram(std::size_t task) const {
    return {range_, word_span().subspan(task * words_, words_)};
  }
  [[nodiscard]] std::uint64_t& cost_ps(std::size_t task) const { return word_span()[tasks_ * words_ + task]; }

 private:
  [[nodiscard]] std::span<std::uint64_t> word_span() const {
    return {static_cast<std::uint64_t*>(memory_.data()), tasks_ * (words_ + 1)};
  }
  Histogram::Range range_;
  std::size_t words_;
  std::size_t tasks_;
  SharedMemory memory_;
};

void run_child(const Session& session, const Effort& effort, const std::vector<Task>& tasks, const Results& results) {
  const Clock& clock = session.clock();
  std::vector<std::vector<double>> costs(tasks.size());
  for (std::uint64_t round = 0; round <= effort.rounds; ++round) {
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      const std::uint64_t begin = clock.stamp();
      tasks[i].run(effort.batch);
      const std::uint64_t end = clock.stamp();
      const auto cost = static_cast<double>(clock.picoseconds(begin, end)) / static_cast<double>(effort.batch);
      if (round > 0) costs[i].push_back(cost);  // the first round warms up
    }
  }
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    results.cost_ps(i) = static_cast<std::uint64_t>(median(costs[i]));
    Histogram histogram = results.histogram(i);
    for (std::uint64_t single = 0; single < effort.singles; ++single) {
      const std::uint64_t begin = clock.stamp();
      tasks[i].run(1);
      histogram.record(clock.picoseconds(begin, clock.stamp()));
    }
  }
}

}  // namespace

void add_contestant(const Session& session, Report& report, const std::string& name) {
  ContestantReport& added = report.contestants.emplace_back();
  added.name = name;
  added.cpu = session.settings().cpus.front();
}

bool measure_once(const Session& session, const Effort& effort, const std::function<std::vector<Task>()>& prepare,
                  Report& report, std::size_t first, std::size_t tasks) {
  const Results results(tasks);
  Child child(kLongestRun, [&] {
    require(pin_to_cpu(session.settings().cpus.front()), "cannot pin to the CPU asked for");
    lock_memory();
    const std::vector<Task> prepared = prepare();
    require(prepared.size() == tasks, "tasks and contestants differ");
    if (session.settings().fifo_priority > 0) require(enter_fifo(session.settings().fifo_priority), "no SCHED_FIFO");
    run_child(session, effort, prepared, results);
  });
  const std::string failure = child.wait();
  if (interrupted()) return false;
  for (std::size_t i = 0; i < tasks; ++i) {
    ContestantReport& contestant = report.contestants[first + i];
    contestant.failure = failure;
    if (!failure.empty()) continue;
    contestant.histogram.merge(results.histogram(i));
    contestant.medians_ns.push_back(static_cast<double>(results.cost_ps(i)) /
                                    static_cast<double>(kPicosecondsPerNanosecond));
  }
  return failure.empty();
}

}  // namespace rtss::bench
