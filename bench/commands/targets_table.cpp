#include "bench/commands/targets_table.h"

#include <algorithm>
#include <iomanip>
#include <ostream>
#include <sstream>

#include "bench/support/stats.h"

namespace rtss::bench {
namespace {

constexpr double kNsPerUs = 1000;

struct Target {
  const char* measure;
  const char* title;  // of the table
  const char* ours;
  const char* against;
  double limit;
};

constexpr const char* kMutex = "rtapi named mutex";
constexpr const char* kSpinning = "rtapi named mutex, RtssSetSpin 20 us";
constexpr const char* kEvent = "rtapi auto event";
constexpr const char* kFutex = "bare futex";
constexpr const char* kInheritingRobust = "pthread mutex, PI+robust+shared+recursive";
constexpr const char* kRobust = "pthread mutex, robust + shared";
constexpr const char* kFree = "Take and release of a free mutex";
constexpr const char* kThreads = "Hand-off of a mutex, two threads";
constexpr const char* kProcesses = "Hand-off of a mutex, two processes";
constexpr const char* kFreeWindows = "Take and release of a free mutex, Windows programs";
constexpr const char* kWindows = "Hand-off of a mutex, Windows programs";
constexpr const char* kMixed = "rtapi, native and Windows program";

constexpr Target kTargets[] = {
    {"free mutex, take + release", kFree, kMutex, "CAS pair, two library calls", 1.20},
    {"free mutex, take + release", kFree, kMutex, "pthread mutex, normal", 1.15},
    {"free mutex, take + release", kFree, kMutex, kInheritingRobust, 0.88},
    {"hand-off, threads", kThreads, kMutex, kFutex, 1.15},
    {"hand-off, processes", kProcesses, kMutex, kFutex, 1.15},
    {"hand-off, threads", kThreads, kMutex, kInheritingRobust, 0.70},
    {"hand-off, processes", kProcesses, kMutex, kInheritingRobust, 0.85},
    {"hand-off, threads on two CPUs, spin", "Hand-off of a mutex, two threads on two CPUs", kSpinning, kFutex, 0.15},
    {"hand-off, processes on two CPUs, spin", "Hand-off of a mutex, two processes on two CPUs", kSpinning, kFutex,
     0.15},
    {"event to waiter, threads", "Signal of an event to its waiter, two threads", kEvent, kFutex, 1.15},
    {"event to waiter, processes", "Signal of an event to its waiter, two processes", kEvent, kFutex, 1.15},
    {"wait-any over 64, threads", "Signal to waiter, wait-any over 64, two threads", "rtapi wait-any", "futex_waitv",
     0.5},
    {"wait-any over 64, processes", "Signal to waiter, wait-any over 64, two processes", "rtapi wait-any",
     "futex_waitv", 0.5},
    {"inversion resolved, threads", "Inversion resolved, one owner, threads", kMutex, "pthread mutex, PI+shared", 1.20},
    {"inversion resolved, processes", "Inversion resolved, one owner, processes", kMutex, "pthread mutex, PI+shared",
     1.20},
    {"owner of ten killed, one CPU", "Owner killed, waiter told", kMutex, kRobust, 2.0},
    {"owner of ten killed, two CPUs", "Owner killed, waiter told, on two CPUs", kMutex, kRobust, 2.0},
    {"timer, 1 ms, late by", "Wake-up of a periodic timer, from the intended time", "rtapi timer",
     "clock_nanosleep, absolute", 1.20},
    {"take + release among 10,000 objects", "Take and release of one mutex", "rtapi mutex among 10000 others",
     "rtapi mutex among 10 others", 1.05},
    {"high waiter past 1,900 queued, threads", "Hand-off of a mutex past a queue, two threads",
     "rtapi mutex, 1900 lower threads queued", "rtapi mutex, 1 lower thread queued", 1.10},
    {"first call of a process", "First call of a process", "rtapi, RtOpenMutex", "Boost named_mutex", 4.0},
    {"500 idle processes, in a second", "Processor time of idle processes in a second", "rtapi, 500 processes",
     "one busy process", 0.001},
    {"rtss lock L -- true", "Lock around a command", "rtapi, rtss lock", "flock", 1.60},
    {"rtss lock L -- true, processor time", "Lock around a command, processor time", "rtapi, rtss lock", "flock", 1.60},
    {"take + release, Windows program", kFreeWindows, "rtapi, Windows program", "rtapi, native program", 2.5},
    {"hand-off, native to Windows program", kWindows, kMixed, "rtapi, two native programs", 1.05},
    {"hand-off, native to Windows program", kWindows, kMixed, "rtapi, two native programs, one with a GS base", 1.05},
    {"hand-off, two Windows programs", kWindows, "rtapi, two Windows programs",
     "Wine's named mutex, two Windows programs", 0.2},
};

// What was measured of one contestant, as it is to be printed.
struct Figures {
  std::string typical = {};
  std::string p99 = {};
  std::string max = {};
};

// One target beside what was measured, likewise.
struct Line {
  std::string measure = {};
  Figures ours = {};
  std::string against = {};
  Figures theirs = {};
  std::string ratio = {};
  std::string limit = {};
  std::string verdict = {};
};

std::string fixed(double value, int decimals) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(decimals) << value;
  return text.str();
}

// A limit far below 1 has more digits, and so has the ratio beside it.
int decimals_of(double limit) { return limit < 0.01 ? 4 : 2; }

std::string time_text(double ns) {
  return ns < kNsPerUs ? fixed(ns, ns < 100 ? 1 : 0) + " ns"
                       : fixed(ns / kNsPerUs, ns < 100 * kNsPerUs ? 2 : 0) + " us";
}

std::string verdict(const Ratio& ratio, double limit) {
  const bool is_certain = ratio.has_interval && (ratio.low <= limit) == (ratio.high <= limit);
  return std::string(ratio.value <= limit ? "met" : "missed") + (is_certain ? "" : "?");
}

Figures figures_of(const ResultContestant& contestant) {
  return {.typical = time_text(median(contestant.typical)),
          .p99 = time_text(contestant.percentiles.at("99")),
          .max = time_text(contestant.max)};
}

Line line_for(const Target& target, const ResultFile& result) {
  Line line{.measure = target.measure,
            .against = target.against,
            .limit = fixed(target.limit, decimals_of(target.limit)),
            .verdict = "not measured"};
  const ResultMeasurement* const measurement = result.find(target.title);
  const ResultContestant* const ours = measurement == nullptr ? nullptr : measurement->find(target.ours);
  const ResultContestant* const against = measurement == nullptr ? nullptr : measurement->find(target.against);
  if (ours == nullptr || against == nullptr || !ours->missing.empty() || !against->missing.empty()) return line;
  const Ratio ratio = ratio_of_medians(ours->typical, against->typical);
  line.ours = figures_of(*ours);
  line.theirs = figures_of(*against);
  line.ratio = to_text(ratio, decimals_of(target.limit));
  line.verdict = verdict(ratio, target.limit);
  return line;
}

// Of both sides, ours first; nothing where nothing was measured.
std::string side_by_side(const std::string& ours, const std::string& theirs) {
  return ours.empty() ? "" : ours + " / " + theirs;
}

}  // namespace

// Two lines for each target: the tail is read beside that of what it is compared with.
void write_targets(std::ostream& out, const ResultFile& result) {
  const auto start = [&](const std::string& name, const Figures& figures) -> std::ostream& {
    return out << std::left << std::setw(42) << name << std::right << std::setw(10) << figures.max << std::setw(10)
               << figures.p99 << std::setw(10) << figures.typical;
  };
  const auto row = [&](const Line& line) {
    start(line.measure, line.ours) << "  " << std::left << std::setw(19) << line.ratio << std::right << std::setw(6)
                                   << line.limit << "  " << line.verdict << '\n';
    if (line.theirs.max.empty()) {
      out << "  " << line.against << '\n';
    } else {
      start("  " + line.against, line.theirs) << '\n';
    }
  };
  row({.measure = "measure",
       .ours = {.typical = "typical", .p99 = "p99", .max = "max"},
       .against = "against",
       .ratio = "ratio [95 %]",
       .limit = "limit",
       .verdict = "target"});
  for (const Target& target : kTargets) row(line_for(target, result));
  out << "typical: median over the runs of their p50, or of the time per pair; a ? follows where 95 % do not decide "
         "it\n";
}

void write_targets_as_markdown(std::ostream& out, const ResultFile& result) {
  out << "| measure | against | typical | p99 | max | ratio [95 %] | target | |\n|---|---|---|---|---|---|---|---|\n";
  for (const Target& target : kTargets) {
    const Line line = line_for(target, result);
    out << "| " << line.measure << " | " << line.against << " | "
        << side_by_side(line.ours.typical, line.theirs.typical) << " | " << side_by_side(line.ours.p99, line.theirs.p99)
        << " | " << side_by_side(line.ours.max, line.theirs.max) << " | " << line.ratio << " | ≤ " << line.limit
        << " | " << line.verdict << " |\n";
  }
  out << "\nTypical, p99 and max: ours / what it is compared with. Measured " << result.start_time << " on:";
  for (std::size_t i = 0; i < result.environment.size(); ++i) {
    out << (i == 0 ? " " : "; ") << result.environment[i].first << ' ' << result.environment[i].second;
  }
  out << ".\n";
}

}  // namespace rtss::bench
