// rtss-bench: what the objects cost, beside the limit and the peers, measured in the same run.
#include <sched.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <functional>
#include <iostream>
#include <limits>
#include <map>

#include "bench/commands/compare.h"
#include "bench/commands/settings.h"
#include "bench/commands/summary.h"
#include "bench/commands/targets_table.h"
#include "bench/support/own_namespace.h"
#include "bench/support/plot.h"

namespace rtss::bench {
namespace {

constexpr int kFailed = 1;
constexpr int kFailedAbove = 2;  // also after a break, and of compare when something is slower
constexpr int kNonsense = 3;
constexpr int kUsage = 125;  // as of rtss
constexpr double kTolerance = 0.05;

struct Output {
  TextOptions text;
  std::string json_file;
  std::string plot_file;
  double fail_above_us = 0;
  bool as_targets = false;
  std::string from_file;
  bool as_markdown = false;
};

struct Command {
  const char* name;
  const char* description;
  Reports (*measure)(const Session&);
  bool has_peers;
};

constexpr Command kCommands[] = {
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
    {"scale", "one mutex among many objects, threads, processes and waiters", measure_scale, true},
};

constexpr Command kTargetsCommand = {"targets", "every table that has a target, and what has been reached",
                                     measure_targets, true};

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

bool is_too_slow(const Report& report, const Output& output) {
  if (output.fail_above_us > 0 && worst_us(report, "rtapi") > output.fail_above_us) return true;
  return std::ranges::any_of(report.contestants, [](const auto& each) { return each.recorded.broken.has_value(); });
}

// Files hold what the tables show: the result goes through its JSON form.
std::string write_files(const std::string& json, const Output& output) {
  if (!output.json_file.empty()) {
    std::ofstream file(output.json_file);
    file << json;
    if (!file.flush()) return "cannot write " + output.json_file;
  }
  if (output.plot_file.empty()) return "";
  return draw(parse_result(json).result, output.plot_file);
}

int conclude(const Reports& reports, const Output& output, const Session& session) {
  const bool quiet = session.settings().quiet;
  if (!print(reports, output, quiet)) return kNonsense;
  int result = 0;
  if (!session.stopped() && std::ranges::any_of(reports, has_failed)) result = kFailed;
  if (std::ranges::any_of(reports, [&](const Report& report) { return is_too_slow(report, output); })) {
    result = kFailedAbove;
  }
  const std::string json = to_json(reports, result);
  if (output.as_targets && !quiet) write_targets(std::cout << '\n', parse_result(json).result);
  const std::string failure = write_files(json, output);
  if (failure.empty()) return result;
  std::cerr << "rtss-bench: " << failure << '\n';
  return kFailed;
}

CLI::Validator at_least_one() { return CLI::Range(1, std::numeric_limits<int>::max(), "POSITIVE"); }

void add_actors(CLI::App& command, bool has_peers, Settings& settings) {
  command.add_option("-a,--affinity", settings.cpus, "CPU for both sides, or one for each: 1 or 0,1")
      ->delimiter(',')
      ->expected(1, 2)
      ->check(CLI::Range(0, CPU_SETSIZE - 1));
  command.add_option("-p,--priority", settings.fifo_priority, "SCHED_FIFO priority; 0: the ordinary policy")
      ->check(CLI::Range(0, 98));
  command
      .add_option("--load", settings.load_processes,
                  "keep so many processes of the ordinary policy busy beside it; alone: one for each CPU")
      ->expected(0, 1)
      ->default_str(std::to_string(allowed_cpus().size()))
      ->check(CLI::Range(0, 256));
  if (!has_peers) return;
  command.add_flag_callback(
      "--threads", [&] { settings.peers = {Peers::kThreads}; }, "between threads only");
  command.add_flag_callback(
      "--processes", [&] { settings.peers = {Peers::kProcesses}; }, "between processes only");
}

void add_extent(CLI::App& command, Settings& settings) {
  const std::map<std::string, double> units = {{"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}};
  command.add_option("-l,--loops", settings.loops, "hand-offs each way, periods or rounds, in each run")
      ->check(at_least_one());
  command.add_option("-r,--runs", settings.repetitions, "interleaved repetitions")->check(at_least_one());
  command.add_option("-D,--duration", settings.duration_s, "measure each table so long instead: 30, 10m, 1h")
      ->transform(CLI::AsNumberWithUnit(units, CLI::AsNumberWithUnit::CASE_SENSITIVE))
      ->check(CLI::NonNegativeNumber);
  command.add_option("-b,--break", settings.break_above_us, "stop at the first rtapi sample above so many us; exit 2")
      ->check(CLI::NonNegativeNumber);
  command.add_flag("--quick", settings.quick, "fewer and shorter runs");
}

void add_output(CLI::App& command, Settings& settings, Output& output) {
  command.add_flag("-q,--quiet", settings.quiet, "print no table and no progress");
  command.add_flag("-N,--nanoseconds", output.text.nanoseconds, "print nanoseconds");
  command.add_flag("--series", output.text.series, "print the worst of each second");
  command.add_option("--json", output.json_file, "write the result to this file as JSON");
  command.add_option("--plot", output.plot_file, "draw the result into this .png, .svg or .html file")
      ->check([](const std::string& path) { return is_plot_path(path) ? "" : "must end in .png, .svg or .html"; });
  command.add_option("--fail-above", output.fail_above_us, "exit with 2 if an rtapi maximum exceeds so many us")
      ->check(CLI::NonNegativeNumber);
  command.add_option("--histogram", output.text.histogram_limit_us, "print a histogram up to so many units")
      ->expected(0, 1)
      ->default_str(std::to_string(output.text.histogram_limit_us))
      ->check(at_least_one());
}

std::string joined(int argc, char** argv) {
  std::string line;
  for (int i = 0; i < argc; ++i) line += (i == 0 ? "" : " ") + std::string(argv[i]);
  return line;
}

CLI::App* add_measurement(CLI::App& app, const Command& command, Settings& settings, Output& output) {
  CLI::App* const sub = app.add_subcommand(command.name, command.description);
  add_actors(*sub, command.has_peers, settings);
  add_extent(*sub, settings);
  if (command.measure == measure_timer) {
    sub->add_option("-i,--interval", settings.interval_us, "period in us")->check(CLI::Range(10, 1'000'000));
  }
  add_output(*sub, settings, output);
  return sub;
}

int complain(const std::string& what) {
  std::cerr << "rtss-bench: " << what << '\n';
  return kFailed;
}

int compare(const std::vector<std::string>& files, double tolerance) {
  const ParsedResult before = read_result(files[0]);
  if (!before.error.empty()) return complain(before.error);
  const ParsedResult after = read_result(files[1]);
  if (!after.error.empty()) return complain(after.error);
  switch (write_comparison(std::cout, before.result, after.result, tolerance)) {
    case Comparison::kGood:
      return 0;
    case Comparison::kIncomplete:
      return complain("not everything could be compared");
    case Comparison::kSlower:
      break;
  }
  return kFailedAbove;
}

int print_targets_of(const std::string& path, bool as_markdown) {
  const ParsedResult read = read_result(path);
  if (!read.error.empty()) return complain(read.error);
  (as_markdown ? write_targets_as_markdown : write_targets)(std::cout, read.result);
  return 0;
}

int measure(const Command& command, const Settings& settings, const Output& output) {
  const OwnNamespace own("bench");
  const Session session(settings);
  return conclude(command.measure(session), output, session);
}

int summarize(Settings settings) {
  const OwnNamespace own("bench");
  settings.quick = true;
  settings.peers = {Peers::kProcesses};
  return print_summary(Session(settings), std::cout) ? 0 : kFailed;
}

int run(int argc, char** argv) {
  CLI::App app{"Latency of real-time objects, beside the limit and the peers"};
  app.require_subcommand(1);
  Settings settings;
  settings.command_line = joined(argc, argv);
  Output output;
  std::map<const CLI::App*, const Command*> by_app;
  for (const Command& command : kCommands) by_app[add_measurement(app, command, settings, output)] = &command;
  CLI::App* const targets = add_measurement(app, kTargetsCommand, settings, output);
  by_app[targets] = &kTargetsCommand;
  targets->add_option("--from", output.from_file, "measure nothing: take the result from this JSON file");
  targets->add_flag("--markdown", output.as_markdown, "print a table in Markdown")->needs("--from");
  CLI::App* const summary = app.add_subcommand("summary", "the two figures that matter most, in a few seconds");
  CLI::App* const comparison =
      app.add_subcommand("compare", "two results: what has become slower; exit 2 if any has, 1 if any is missing");
  std::vector<std::string> files;
  double tolerance = kTolerance;
  comparison->add_option("files", files, "before and after, as written by --json")->required()->expected(2);
  comparison->add_option("--tolerance", tolerance, "the smallest change that counts")->check(CLI::Range(0.0, 1.0));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsage;
  }

  if (comparison->parsed()) return compare(files, tolerance);
  if (!output.from_file.empty()) return print_targets_of(output.from_file, output.as_markdown);
  if (summary->parsed()) return summarize(settings);
  const CLI::App* const chosen = app.get_subcommands().front();
  output.text.histogram = chosen->count("--histogram") > 0;
  output.as_targets = targets->parsed();
  settings.targets_only = output.as_targets;
  return measure(*by_app.at(chosen), settings, output);
}

}  // namespace
}  // namespace rtss::bench

int main(int argc, char** argv) { return rtss::bench::run(argc, argv); }
