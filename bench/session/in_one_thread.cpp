#include "bench/session/in_one_thread.h"

#include <algorithm>
#include <memory>

#include "bench/support/samples.h"
#include "bench/support/stats.h"

namespace rtss::bench {
namespace {

constexpr std::chrono::seconds kLongestRun{120};

// Shared with the child: the samples of each task, and its typical cost in picoseconds.
class Results {
 public:
  Results(const Session& session, const std::vector<std::string>& names)
      : costs_(names.size() * sizeof(std::uint64_t)) {
    for (const std::string& name : names) {
      samples_.push_back(std::make_unique<Samples>(session.clock(), session.break_above_ps(name)));
    }
  }
  [[nodiscard]] const Samples& samples(std::size_t task) const { return *samples_[task]; }
  [[nodiscard]] std::uint64_t& cost_ps(std::size_t task) const {
    return static_cast<std::uint64_t*>(costs_.data())[task];
  }

 private:
  std::vector<std::unique_ptr<Samples>> samples_;
  SharedMemory costs_;
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
    Recorder recorder(results.samples(i), clock);
    for (std::uint64_t single = 0; single < effort.singles; ++single) {
      const std::uint64_t begin = clock.stamp();
      tasks[i].run(1);
      const std::uint64_t end = clock.stamp();
      recorder.record(clock.picoseconds(begin, end), end);
    }
  }
}

}  // namespace

bool measure_once(const Session& session, const Effort& effort, const Prepare& prepare, Report& report,
                  std::size_t first, std::size_t tasks) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < tasks; ++i) names.push_back(report.contestants[first + i].name);
  const Results results(session, names);
  Child child(kLongestRun, [&] {
    require(pin_to_cpu(session.settings().cpus.front()), "cannot pin to the CPU asked for");
    lock_memory();
    const std::vector<Task> prepared = prepare();
    require(prepared.size() == tasks, "tasks and contestants differ");
    if (session.settings().fifo_priority > 0) require(enter_fifo(session.settings().fifo_priority), "no SCHED_FIFO");
    run_child(session, effort, prepared, results);
  });
  const std::string failure = child.wait([&] {
    for (std::size_t i = 0; i < tasks; ++i) session.show_progress(names[i], results.samples(i).histogram());
  });
  std::vector<Recorded> recorded;
  for (std::size_t i = 0; i < tasks; ++i) recorded.push_back(results.samples(i).recorded(session.clock()));
  const bool broken = std::ranges::any_of(recorded, [](const Recorded& each) { return each.broken.has_value(); });
  const bool cut_short = broken || interrupted();
  for (std::size_t i = 0; i < tasks; ++i) {
    ContestantReport& contestant = report.contestants[first + i];
    if (!failure.empty() && !(cut_short && recorded[i].is_whole())) {
      if (!cut_short) contestant.failure = failure;
      continue;
    }
    contestant.recorded.merge(recorded[i]);
    contestant.medians_ns.push_back(static_cast<double>(results.cost_ps(i)) /
                                    static_cast<double>(kPicosecondsPerNanosecond));
    if (recorded[i].broken) session.note_break(contestant);
  }
  return failure.empty();
}

void measure_apart(const Session& session, const Effort& effort, const std::vector<Prepare>& prepares, Report& report) {
  for (int round = 0; session.wants_round(round, report); ++round) {
    for (std::size_t i = 0; i < prepares.size() && !session.stopped(); ++i) {
      if (!report.contestants[i].failure.empty()) continue;
      session.begin_run(report, round, {&report.contestants[i], 1});
      measure_once(session, effort, prepares[i], report, i, 1);
    }
  }
}

}  // namespace rtss::bench
