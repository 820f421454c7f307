#include "bench/session/session.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <utility>

#include "bench/support/report_text.h"
#include "bench/support/smi.h"
#include "bench/support/trace_mark.h"

namespace rtss::bench {
namespace {

constexpr int kRepetitions = 11;
constexpr int kQuickRepetitions = 5;
constexpr int kFewestRepetitions = 3;  // however short the duration asked for
constexpr std::uint64_t kQuickFraction = 4;
constexpr const char* kOurs = "rtapi";  // how the names of the library's own contestants begin

std::string list_of(const std::vector<int>& numbers) {
  std::string list;
  for (const int number : numbers) list += (list.empty() ? "" : ",") + std::to_string(number);
  return list;
}

std::string smis_since(const std::vector<std::uint64_t>& before) {
  const std::vector<int> cpus = allowed_cpus();
  const std::vector<std::uint64_t> now = smi_counts(cpus);
  std::string line = "system management interrupts meanwhile:";
  for (std::size_t i = 0; i < cpus.size(); ++i) {
    line += (i == 0 ? " CPU " : ", CPU ") + std::to_string(cpus[i]) + ": " + std::to_string(now[i] - before[i]);
  }
  return line;
}

void refuse_if(const std::string& objection) {
  if (!objection.empty()) refuse_usage(objection);
}

bool fifo_is_allowed(int priority) {
  return Child(std::chrono::seconds(5), [&] { _exit(enter_fifo(priority) ? 0 : 1); }).wait().empty();
}

}  // namespace

Session::Session(Settings settings)
    : settings_(std::move(settings)), load_(settings_.load_processes), terminal_(isatty(STDERR_FILENO) != 0) {
  const std::vector<int> allowed = allowed_cpus();
  for (const int cpu : settings_.cpus) {
    if (std::ranges::find(allowed, cpu) == allowed.end()) {
      refuse_usage("-a " + std::to_string(cpu) + ": this process may run on the CPUs " + list_of(allowed) + " only");
    }
  }
  if (settings_.mark_trace) refuse_if(open_trace());
  if (settings_.count_smis) refuse_if(why_no_smi_count(allowed));
  if (settings_.cpus.empty()) settings_.cpus = {allowed.back()};
  if (settings_.cpus.size() == 1) settings_.cpus.push_back(settings_.cpus.front());
  if (settings_.fifo_priority > 0 && !fifo_is_allowed(settings_.fifo_priority)) {
    std::fprintf(stderr,
                 "rtss-bench: measuring without real-time priority; allow it with root, CAP_SYS_NICE or "
                 "`ulimit -r %d`, or ask for the ordinary policy with -p 0\n",
                 settings_.fifo_priority);
    settings_.fifo_priority = 0;
  }
  // The library's own timers and reapers would be real-time beside peers that are not.
  if (settings_.fifo_priority == 0) setenv("RTSS_REALTIME", "off", 1);
  if (settings_.live) live_ = std::make_unique<Live>(place_of_picture());
}

LivePlace Session::place_of_picture() const {
  std::vector<int> measured = settings_.lanes > 0 ? std::vector<int>() : settings_.cpus;
  for (const Lane& lane : lanes()) measured.push_back(lane.cpu);
  return live_place(measured);
}

std::uint64_t Session::loops(std::uint64_t normal) const {
  if (settings_.loops > 0) return settings_.loops;
  return settings_.quick ? std::max<std::uint64_t>(normal / kQuickFraction, 1) : normal;
}

Placement Session::placement(Peers peers) const {
  return {peers, {settings_.cpus[0], settings_.cpus[1]}, settings_.fifo_priority};
}

std::vector<Lane> Session::lanes() const {
  const std::vector<int> cpus = allowed_cpus();
  std::vector<Lane> lanes;
  for (int i = 0; i < settings_.lanes; ++i) {
    const std::size_t place = static_cast<std::size_t>(i) % cpus.size();
    const std::size_t turn = static_cast<std::size_t>(i) / cpus.size() + 1;
    const std::string again = turn == 1 ? "" : " (" + std::to_string(turn) + ")";
    lanes.push_back({i, cpus[place], "CPU " + std::to_string(cpus[place]) + again});
  }
  return lanes;
}

std::string Session::lanes_in_words() const {
  if (static_cast<std::size_t>(settings_.lanes) == allowed_cpus().size()) return "on each CPU";
  return std::to_string(settings_.lanes) + " at the same time";
}

std::string Session::policy() const {
  return settings_.fifo_priority > 0 ? "SCHED_FIFO " + std::to_string(settings_.fifo_priority) : "SCHED_OTHER";
}

std::string Session::rounds() const {
  if (settings_.duration_s > 0) {
    return std::to_string(static_cast<std::uint64_t>(settings_.duration_s)) + " s of interleaved runs";
  }
  const int normal = settings_.quick ? kQuickRepetitions : kRepetitions;
  const int runs = settings_.repetitions > 0 ? settings_.repetitions : normal;
  return runs == 1 ? "1 run" : std::to_string(runs) + " interleaved runs";
}

std::uint64_t Session::break_above_ps(const std::string& contestant) const {
  const bool applies = settings_.break_above_us > 0 && contestant.starts_with(kOurs);
  return applies ? static_cast<std::uint64_t>(settings_.break_above_us * 1e6) : Samples::kNeverBreak;
}

Report Session::begin_report(std::string title, std::string object) const {
  Report report;
  report.title = std::move(title);
  report.object = std::move(object);
  report.environment = environment(latency_hold_.held());
  report.environment.emplace_back(
      "time stamps",
      std::string(clock_.source()) + ", " + std::to_string(clock_.cost_ps() / kPicosecondsPerNanosecond) + " ns each");
  report.environment.emplace_back("background load", load_.description());
  if (settings_.live) report.environment.emplace_back("live picture", "drawn on " + place_of_picture().description());
  if (settings_.count_smis) smis_before_ = smi_counts(allowed_cpus());
  report.command_line = settings_.command_line;
  report.start_time = std::time(nullptr);
  report.start_second = clock_.seconds_at(clock_.stamp());
  return report;
}

void Session::add_contestant(Report& report, const std::string& name, std::optional<int> cpu) const {
  ContestantReport& added = report.contestants.emplace_back();
  added.name = name;
  added.cpu = cpu.value_or(settings_.cpus.front());
}

void Session::save_now_and_then(const Report& unfinished) const {
  constexpr double kSecondsBetween = 10;
  const double now = clock_.seconds_at(clock_.stamp());
  if (!settings_.save || now - saved_at_second_ < kSecondsBetween) return;
  saved_at_second_ = now;
  Reports so_far = finished_;
  so_far.push_back(unfinished);
  so_far.back().end_time = std::time(nullptr);
  for (ContestantReport& contestant : so_far.back().contestants) {
    if (contestant.failure.empty() && contestant.medians_ns.empty()) contestant.failure = "not measured yet";
  }
  settings_.save(so_far);
}

bool Session::wants_round(int round, const Report& report) const {
  if (stopped()) return false;
  save_now_and_then(report);
  if (settings_.duration_s > 0) {
    const double elapsed = clock_.seconds_at(clock_.stamp()) - report.start_second;
    return round < kFewestRepetitions || elapsed < settings_.duration_s;
  }
  const int normal = settings_.quick ? kQuickRepetitions : kRepetitions;
  return round < (settings_.repetitions > 0 ? settings_.repetitions : normal);
}

void Session::finish_report(Report& report) const {
  report.end_time = std::time(nullptr);
  if (settings_.count_smis) report.conditions.push_back(smis_since(smis_before_));
  for (ContestantReport& contestant : report.contestants) {
    const bool is_empty = contestant.failure.empty() && contestant.recorded.histogram.count() == 0;
    if (stopped() && is_empty) contestant.failure = "stopped before its first run";
  }
  if (settings_.save) finished_.push_back(report);
  if (prints_progress()) std::fputs("\r\033[K", stderr);
}

void Session::note_break(const ContestantReport& contestant) const {
  broken_ = true;
  const Break& broken = *contestant.recorded.broken;
  std::fprintf(stderr, "rtss-bench: %s took %.3f us, %.3f s after the start, in thread %d on CPU %d: stopped\n",
               contestant.name.c_str(), static_cast<double>(broken.picoseconds) / 1e6, broken.at_second, broken.thread,
               broken.cpu);
}

void Session::begin_run(const Report& report, int round, std::span<const ContestantReport> running) const {
  running_ = report.title + ", round " + std::to_string(round + 1);
  if (running.size() == 1) running_ += ": " + running.front().name;
  worst_before_ps_ = 0;
  for (const auto& each : running) worst_before_ps_ = std::max(worst_before_ps_, each.recorded.histogram.max());
  if (live_) live_->begin_run(report, round, running, clock_.seconds_at(clock_.stamp()));
  print_progress(0);
}

void Session::show_progress(const std::string& contestant, const Histogram& so_far) const {
  if (live_) live_->show(contestant, so_far, clock_.seconds_at(clock_.stamp()));
  print_progress(so_far.max());
}

bool Session::prints_progress() const { return terminal_ && !settings_.quiet && !live_; }

void Session::print_progress(std::uint64_t worst_ps) const {
  if (!prints_progress()) return;
  const std::lock_guard guard(progress_);
  worst_before_ps_ = std::max(worst_before_ps_, worst_ps);
  char figures[64];
  std::snprintf(figures, sizeof figures, "%.0f s, max %.0f us: ", clock_.seconds_at(clock_.stamp()),
                static_cast<double>(worst_before_ps_) / 1e6);
  const std::size_t width = terminal_width(STDERR_FILENO);  // 0: a terminal that does not tell
  const std::size_t room = width == 0 ? 0 : std::max<std::size_t>(width - 1, 1);
  std::fprintf(stderr, "\r\033[K%s", cut_to(figures + running_, room).c_str());
  std::fflush(stderr);
}

std::string peers_name(Peers peers) { return peers == Peers::kThreads ? "two threads" : "two processes"; }

}  // namespace rtss::bench
