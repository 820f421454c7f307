#include "bench/command_line.h"

#include <sched.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <iostream>
#include <limits>
#include <map>

#include "bench/commands/abandon.h"
#include "bench/commands/attach.h"
#include "bench/commands/create.h"
#include "bench/commands/handoffs.h"
#include "bench/commands/inversion.h"
#include "bench/commands/lock_command.h"
#include "bench/commands/quiet.h"
#include "bench/commands/scale.h"
#include "bench/commands/targets.h"
#include "bench/commands/timer.h"
#include "bench/commands/uncontended.h"
#include "bench/commands/wine.h"
#include "bench/support/plot.h"

namespace rtss::bench {
namespace {

constexpr std::uint64_t kMostHistogramRows = 1'000'000;
constexpr int kMostLanes = 256;

struct Command {
  const char* name;
  const char* description;
  Reports (*measure)(const Session&);
  bool has_peers;
  bool has_lanes = false;
};

constexpr Command kCommands[] = {
    {"uncontended", "take and release of a free mutex; event and semaphore without a waiter", measure_uncontended,
     false},
    {"handoff", "hand-off of a contended mutex", measure_handoff, true, true},
    {"signal", "event: signal to waiter", measure_signal, true, true},
    {"semaphore", "semaphore: release to waiter", measure_semaphore, true, true},
    {"any", "wait-any over 1 to 64 events: signal to waiter", measure_any, true},
    {"all", "wait-all over 1 to 64 events: last signal to waiter", measure_all, true},
    {"inversion", "high waits, low owns, a hog burns the CPU; and at the end of chains of 2 to 16", measure_inversion,
     true},
    {"abandon", "owner killed: until the waiter owns the mutex", measure_abandon, false},
    {"timer", "periodic timer: wake-up after the intended time", measure_timer, false, true},
    {"create", "create, open and close among 10 to 10,000 others", measure_create, false},
    {"scale", "one mutex among many objects, threads, processes and waiters", measure_scale, true},
    {"queue", "hand-off of a mutex past 1 and 1,900 queued threads of a lower priority", measure_queue, true},
    {"attach", "first call of a fresh process: open a named mutex", measure_attach, false},
    {"quiet", "processor time and wake-ups of idle processes that have an object open", measure_quiet, false},
    {"lock-command", "rtss lock around a command, beside flock: time and processor time", measure_lock_command, false},
    {"wine", "Windows programs under Wine beside native ones", measure_wine, false},
    {"targets", "every table that has a target, and what has been reached", measure_targets, true},
};

CLI::Validator at_least_one() { return CLI::Range(1, std::numeric_limits<int>::max(), "POSITIVE"); }

// CLI11's own bounds would be printed with all 309 digits.
CLI::Validator not_negative(const std::string& what) {
  const auto refuse = [what](const std::string& text) {
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    const bool is_one = !text.empty() && *end == '\0' && std::isfinite(value) && value >= 0;
    return is_one ? std::string() : "\"" + text + "\" is not " + what + ", 0 or more";
  };
  return {refuse, ""};
}

void add_actors(CLI::App& command, const Command& known, Settings& settings) {
  CLI::Option* const affinity =
      command.add_option("-a,--affinity", settings.cpus, "CPU for both sides, or one for each: 1 or 0,1")
          ->delimiter(',')
          ->expected(1, 2)
          ->check(CLI::Range(0, CPU_SETSIZE - 1));
  if (known.has_lanes) {
    CLI::Option* const every =
        command.add_flag("-S,--smp")->description("on every CPU at the same time, a row for each");
    command
        .add_option("-t", settings.lanes,
                    "so many at the same time, CPU after CPU, a row for each; alone: as many as CPUs")
        ->expected(0, 1)
        ->default_str(std::to_string(allowed_cpus().size()))
        ->check(CLI::Range(1, kMostLanes))
        ->excludes(affinity)
        ->excludes(every);
    every->excludes(affinity);
  }
  command.add_option("-p,--priority", settings.fifo_priority, "SCHED_FIFO priority; 0: the ordinary policy")
      ->check(CLI::Range(0, 98));
  command
      .add_option("--load", settings.load_processes,
                  "keep so many processes of the ordinary policy busy beside it; alone: one for each CPU")
      ->expected(0, 1)
      ->default_str(std::to_string(allowed_cpus().size()))
      ->check(CLI::Range(0, 256));
  if (!known.has_peers) return;
  command.add_flag("--threads")->description("between threads only");
  command.add_flag("--processes")->description("between processes only");
}

void choose_peers(const CLI::App& command, Settings& settings) {
  const bool threads = command.get_option_no_throw("--threads") != nullptr && command.count("--threads") > 0;
  const bool processes = command.get_option_no_throw("--processes") != nullptr && command.count("--processes") > 0;
  if (threads != processes) settings.peers = {threads ? Peers::kThreads : Peers::kProcesses};
}

void add_extent(CLI::App& command, Settings& settings) {
  const std::map<std::string, double> units = {{"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}};
  command
      .add_option("-l,--loops", settings.loops,
                  "hand-offs each way, periods, rounds, processes or ms watched, in each run")
      ->check(at_least_one());
  command.add_option("-r,--runs", settings.repetitions, "interleaved repetitions")->check(at_least_one());
  command.add_option("-D,--duration", settings.duration_s, "measure each table so long instead: 30, 10m, 1h")
      ->transform(CLI::AsNumberWithUnit(units, CLI::AsNumberWithUnit::CASE_SENSITIVE))
      ->check(not_negative("a time: 30, 10m, 1h"));
  CLI::Option* const breaks =
      command
          .add_option("-b,--break", settings.break_above_us, "stop at the first rtapi sample above so many us; exit 2")
          ->check(not_negative("a number of us"));
  command
      .add_flag("--tracemark", settings.mark_trace,
                "at that sample write a marker into the kernel's trace, and stop it")
      ->needs(breaks);
  command.add_flag("--smi", settings.count_smis, "count the system management interrupts meanwhile (Intel only)");
  command.add_flag("--quick", settings.quick, "fewer and shorter runs");
}

void add_files(CLI::App& command, OutputOptions& output) {
  command.add_option("--json", output.json_file, "write the result into this file as JSON; -: print it, and no table");
  command.add_option("--plot", output.plot_file, "draw the result into this .png or .svg file")
      ->check([](const std::string& path) { return is_plot_path(path) ? "" : "must end in .png or .svg"; });
  command.add_option("--html", output.page_file, "write a page into this file, with charts that can be zoomed");
  command.add_option("--hdr", output.hdr_file, "write the histograms into this file as HdrHistogram's tools read them");
}

void add_output(CLI::App& command, Settings& settings, OutputOptions& output) {
  command.add_flag("-q,--quiet", settings.quiet, "print no table and no progress; a histogram that is asked for is");
  command.add_flag("--live", settings.live,
                   "show histogram and running maximum meanwhile: s saves a picture, Tab shows the next, q ends");
  command.add_flag("-N,--nanoseconds", output.text.nanoseconds, "print nanoseconds");
  command.add_flag("--series", output.text.series, "print the worst of each second");
  add_files(command, output);
  command.add_option("--fail-above", output.fail_above_us, "exit with 2 if an rtapi maximum exceeds so many us")
      ->check(not_negative("a number of us"));
  command.add_option("--histogram", output.text.histogram_limit_us, "print a histogram up to so many units")
      ->expected(0, 1)
      ->default_str(std::to_string(output.text.histogram_limit_us))
      ->check(CLI::Range(std::uint64_t{1}, kMostHistogramRows));
}

CLI::App* add_measurement(CLI::App& app, const Command& command, Request& request) {
  CLI::App* const sub = app.add_subcommand(command.name, command.description);
  add_actors(*sub, command, request.settings);
  add_extent(*sub, request.settings);
  if (command.measure == measure_timer) {
    sub->add_option("-i,--interval", request.settings.interval_us, "period in us")->check(CLI::Range(10, 1'000'000));
  }
  add_output(*sub, request.settings, request.output);
  return sub;
}

std::string joined(int argc, char** argv) {
  std::string line;
  for (int i = 0; i < argc; ++i) line += (i == 0 ? "" : " ") + std::string(argv[i]);
  return line;
}

int explain(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) return app.exit(error);
  const auto chosen = app.get_subcommands();
  std::cerr << "rtss-bench: " << error.what() << "; see rtss-bench "
            << (chosen.empty() ? "" : chosen.front()->get_name() + " ") << "--help\n";
  return kUsage;
}

}  // namespace

std::optional<Request> parse_command_line(int argc, char** argv, int& exit_code) {
  CLI::App app{"Latency of real-time objects, beside the limit and the peers", "rtss-bench"};
  app.require_subcommand(1);
  app.set_version_flag("--version", "rtss-bench " RTSS_VERSION);
  Request request;
  request.settings.command_line = joined(argc, argv);
  std::map<const CLI::App*, const Command*> by_app;
  for (const Command& command : kCommands) by_app[add_measurement(app, command, request)] = &command;
  CLI::App* const targets = app.get_subcommand("targets");
  targets->add_option("--from", request.from_file, "measure nothing: take the result from this JSON file");
  targets->add_flag("--markdown", request.as_markdown, "print a table in Markdown")->needs("--from");
  CLI::App* const summary = app.add_subcommand("summary", "the two figures that matter most, in a few seconds");
  CLI::App* const comparison =
      app.add_subcommand("compare", "two results: what has become slower; exit 2 if any has, 1 if any is missing");
  comparison->add_option("files", request.files, "before and after, as written by --json")->required()->expected(2);
  comparison->add_option("--tolerance", request.tolerance, "the smallest change that counts")
      ->check(CLI::Range(0.0, 1.0));
  CLI::App* const merging = app.add_subcommand("merge", "several results of the same measurements as one");
  merging->add_option("files", request.files, "results, as written by --json")->required()->expected(1, 10000);
  add_files(*merging, request.output);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    exit_code = explain(app, error);
    return std::nullopt;
  }

  const CLI::App* const chosen = app.get_subcommands().front();
  if (chosen == summary) request.kind = Request::Kind::kSummary;
  if (chosen == comparison) request.kind = Request::Kind::kCompare;
  if (chosen == merging) request.kind = Request::Kind::kMerge;
  if (!request.from_file.empty()) request.kind = Request::Kind::kPrintTargets;
  if (request.kind != Request::Kind::kMeasure) return request;
  request.measure = by_app.at(chosen)->measure;
  request.as_targets = chosen == targets;
  request.settings.targets_only = request.as_targets;
  request.output.quiet = request.settings.quiet;
  request.output.text.histogram = chosen->count("--histogram") > 0;
  request.output.text.width = terminal_width(STDOUT_FILENO);
  choose_peers(*chosen, request.settings);
  const CLI::Option* const every = chosen->get_option_no_throw("--smp");
  if (every != nullptr && every->count() > 0) request.settings.lanes = static_cast<int>(allowed_cpus().size());
  return request;
}

}  // namespace rtss::bench
