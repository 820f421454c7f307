#include "bench/commands/settings.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <utility>

namespace rtss::bench {
namespace {

constexpr int kRepetitions = 11;
constexpr int kQuickRepetitions = 5;
constexpr std::uint64_t kQuickFraction = 4;

bool fifo_is_allowed(int priority) {
  return Child(std::chrono::seconds(5), [&] { require(enter_fifo(priority), "SCHED_FIFO refused"); }).wait().empty();
}

}  // namespace

Session::Session(Settings settings) : settings_(std::move(settings)), terminal_(isatty(STDERR_FILENO) != 0) {
  if (settings_.cpus.empty()) settings_.cpus = {allowed_cpus().back()};
  if (settings_.cpus.size() == 1) settings_.cpus.push_back(settings_.cpus.front());
  if (settings_.fifo_priority == 0 || fifo_is_allowed(settings_.fifo_priority)) return;
  std::fprintf(stderr,
               "rtss-bench: measuring without real-time priority; allow it with root, CAP_SYS_NICE or "
               "`ulimit -r %d`, or ask for the ordinary policy with -p 0\n",
               settings_.fifo_priority);
  settings_.fifo_priority = 0;
}

int Session::repetitions() const {
  if (settings_.repetitions > 0) return settings_.repetitions;
  return settings_.quick ? kQuickRepetitions : kRepetitions;
}

std::uint64_t Session::loops(std::uint64_t normal) const {
  if (settings_.loops > 0) return settings_.loops;
  return settings_.quick ? std::max<std::uint64_t>(normal / kQuickFraction, 1) : normal;
}

Placement Session::placement(Peers peers) const {
  return {peers, {settings_.cpus[0], settings_.cpus[1]}, settings_.fifo_priority};
}

std::string Session::policy() const {
  return settings_.fifo_priority > 0 ? "SCHED_FIFO " + std::to_string(settings_.fifo_priority) : "SCHED_OTHER";
}

Report Session::begin_report(std::string title, std::string object) const {
  Report report;
  report.title = std::move(title);
  report.object = std::move(object);
  report.environment = environment(latency_hold_.held());
  report.environment.emplace_back(
      "time stamps",
      std::string(clock_.source()) + ", " + std::to_string(clock_.cost_ps() / kPicosecondsPerNanosecond) + " ns each");
  report.command_line = settings_.command_line;
  report.start_time = std::time(nullptr);
  return report;
}

void Session::finish_report(Report& report) const {
  report.end_time = std::time(nullptr);
  progress("");
}

void Session::progress(const std::string& what) const {
  if (!terminal_ || settings_.quiet) return;
  std::fprintf(stderr, "\r\033[K%s", what.c_str());
  std::fflush(stderr);
}

std::string peers_name(Peers peers) { return peers == Peers::kThreads ? "two threads" : "two processes"; }

}  // namespace rtss::bench
