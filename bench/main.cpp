// rtss-bench: what the objects cost, beside the limit and the peers, measured in the same run.
#include <CLI/CLI.hpp>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>

#include "bench/commands/settings.h"
#include "bench/commands/summary.h"
#include "bench/support/own_namespace.h"

namespace rtss::bench {
namespace {

constexpr int kFailedAbove = 2;
constexpr int kNonsense = 3;
constexpr auto kWholeRun = std::chrono::hours(2);

struct Output {
  TextOptions text;
  std::string json_file;
  double fail_above_us = 0;
};

struct Command {
  const char* name;
  const char* description;
  std::function<Reports(const Session&)> measure;
  bool has_peers;
};

const std::vector<Command>& commands() {
  static const std::vector<Command> all = {
      {"uncontended", "take and release of a free mutex; event and semaphore without a waiter", measure_uncontended,
       false},
      {"handoff", "hand-off of a contended mutex", measure_handoff, true},
      {"signal", "event: signal to waiter", measure_signal, true},
      {"semaphore", "semaphore: release to waiter", measure_semaphore, true},
      {"any", "wait-any over 1 to 64 events: signal to waiter", measure_any, true},
      {"all", "wait-all over 1 to 64 events: last signal to waiter", measure_all, true},
      {"inversion", "high waits, low owns, a hog burns the CPU; and at the end of chains of 2 to 16", measure_inversion,
       true},
      {"abandon", "owner killed: until the waiter owns the mutex", measure_abandon, false},
      {"timer", "periodic timer: wake-up after the intended time", measure_timer, false},
      {"create", "create, open and close among 10 to 10,000 others", measure_create, false},
  };
  return all;
}

bool print(const Reports& reports, const Output& output, bool quiet) {
  for (const Report& report : reports) {
    const std::vector<std::string> wrong = contradictions(report);
    for (const std::string& line : wrong) std::cerr << "rtss-bench: " << report.title << ": " << line << '\n';
    if (!wrong.empty()) return false;
    if (quiet) continue;
    write_text(std::cout, report, output.text);
    std::cout << '\n';
  }
  if (!quiet && !reports.empty()) write_environment(std::cout, reports.front());
  return true;
}

int conclude(const Reports& reports, const Output& output, bool quiet) {
  if (!print(reports, output, quiet)) return kNonsense;
  int result = 0;
  for (const Report& report : reports) {
    for (const ContestantReport& contestant : report.contestants) {
      if (contestant.name.starts_with("rtapi") && !contestant.failure.empty()) result = 1;
    }
    if (output.fail_above_us > 0 && worst_us(report, "rtapi") > output.fail_above_us) result = kFailedAbove;
  }
  if (!output.json_file.empty()) {
    std::ofstream file(output.json_file);
    file << to_json(reports, result);
    if (!file.flush()) {
      std::cerr << "rtss-bench: cannot write " << output.json_file << '\n';
      return 1;
    }
  }
  return result;
}

void add_options(CLI::App& command, bool has_peers, Settings& settings, Output& output) {
  command.add_option("-a,--affinity", settings.cpus, "CPU for both sides, or one for each: 1 or 0,1")->delimiter(',');
  command.add_option("-p,--priority", settings.fifo_priority, "SCHED_FIFO priority; 0: the ordinary policy")
      ->check(CLI::Range(0, 98));
  command.add_option("-l,--loops", settings.loops, "hand-offs each way, or rounds, in each run");
  command.add_option("-r,--runs", settings.repetitions, "interleaved repetitions");
  command.add_option("-D,--duration", settings.duration_s, "measure each table so long: 30, 10m, 1h")
      ->transform(CLI::AsNumberWithUnit(std::map<std::string, double>{{"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}}))
      ->check(CLI::NonNegativeNumber);
  command.add_option("-b,--break", settings.break_above_us, "stop at the first rtapi sample above so many us; exit 2")
      ->check(CLI::NonNegativeNumber);
  command.add_option("--load", settings.load_processes, "run so many busy processes beside it; alone: one for each CPU")
      ->expected(0, 1)
      ->default_str(std::to_string(allowed_cpus().size()))
      ->check(CLI::Range(0, 256));
  command.add_flag("--quick", settings.quick, "fewer and shorter runs");
  command.add_flag("-q,--quiet", settings.quiet, "print no table and no progress");
  command.add_flag("-N,--nanoseconds", output.text.nanoseconds, "print nanoseconds");
  command.add_option("--json", output.json_file, "write the result to this file as JSON");
  command.add_option("--fail-above", output.fail_above_us, "exit with 2 if an rtapi maximum exceeds so many us");
  command.add_option("--histogram", output.text.histogram_limit_us, "print a histogram up to so many units")
      ->expected(0, 1);
  if (!has_peers) return;
  command.add_flag_callback(
      "--threads", [&] { settings.peers = {Peers::kThreads}; }, "between two threads only");
  command.add_flag_callback(
      "--processes", [&] { settings.peers = {Peers::kProcesses}; }, "between two processes only");
}

std::string joined(int argc, char** argv) {
  std::string line;
  for (int i = 0; i < argc; ++i) line += (i == 0 ? "" : " ") + std::string(argv[i]);
  return line;
}

int run(int argc, char** argv) {
  CLI::App app{"Latency of real-time objects, beside the limit and the peers"};
  app.require_subcommand(1);
  Settings settings;
  settings.command_line = joined(argc, argv);
  Output output;
  std::map<const CLI::App*, const Command*> by_app;
  for (const Command& command : commands()) {
    CLI::App* const sub = app.add_subcommand(command.name, command.description);
    add_options(*sub, command.has_peers, settings, output);
    by_app[sub] = &command;
  }
  CLI::App* const summary = app.add_subcommand("summary", "the two figures that matter most, in a few seconds");
  CLI11_PARSE(app, argc, argv);

  const OwnNamespace own("bench");
  alarm(static_cast<unsigned>(std::chrono::seconds(kWholeRun).count()));
  if (summary->parsed()) {
    settings.quick = true;
    settings.peers = {Peers::kProcesses};
    return print_summary(Session(settings), std::cout) ? 0 : 1;
  }
  const CLI::App* const chosen = app.get_subcommands().front();
  output.text.histogram = chosen->count("--histogram") > 0;
  const Session session(settings);
  return conclude(by_app.at(chosen)->measure(session), output, settings.quiet);
}

}  // namespace
}  // namespace rtss::bench

int main(int argc, char** argv) { return rtss::bench::run(argc, argv); }
