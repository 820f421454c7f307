// rtss-bench: what the objects cost, beside the limit and the peers, measured in the same run.
#include <algorithm>
#include <iostream>
#include <memory>

#include "bench/command_line.h"
#include "bench/commands/compare.h"
#include "bench/commands/summary.h"
#include "bench/commands/targets_table.h"
#include "bench/outputs.h"
#include "bench/support/merge.h"
#include "bench/support/own_namespace.h"
#include "bench/support/report_json.h"

namespace rtss::bench {
namespace {

constexpr int kFailed = 1;
constexpr int kFailedAbove = 2;  // also after a break, and of compare when something is slower
constexpr int kNonsense = 3;
constexpr int kCannotWrite = 125;  // as of rtss

int complain(const std::string& what, int exit_code) {
  std::cerr << "rtss-bench: " << what << '\n';
  return exit_code;
}

bool contradicts_itself(const Reports& reports) {
  bool found = false;
  for (const Report& report : reports) {
    for (const std::string& line : contradictions(report)) {
      complain(report.title + ": " + line, kNonsense);
      found = true;
    }
  }
  return found;
}

bool is_too_slow(const Report& report, const OutputOptions& output) {
  if (output.fail_above_us > 0 && worst_us(report, "rtapi") > output.fail_above_us) return true;
  return std::ranges::any_of(report.contestants, [](const auto& each) { return each.recorded.broken.has_value(); });
}

int verdict_of(const Reports& reports, const OutputOptions& output, bool stopped) {
  if (std::ranges::any_of(reports, [&](const Report& report) { return is_too_slow(report, output); })) {
    return kFailedAbove;
  }
  return !stopped && std::ranges::any_of(reports, has_failed) ? kFailed : 0;
}

// Files first: with them written, a terminal that is gone loses nothing.
int conclude(const Reports& reports, const Request& request, bool stopped, Outputs& outputs) {
  if (contradicts_itself(reports)) return kNonsense;
  const int result = verdict_of(reports, request.output, stopped);
  const std::string json = to_json(reports, result);
  const std::string failure = outputs.save(json);
  if (!failure.empty()) complain(failure, kCannotWrite);
  outputs.print(reports);
  if (request.as_targets && outputs.prints_tables()) write_targets(std::cout << '\n', parse_result(json).result);
  return failure.empty() ? result : kCannotWrite;
}

int measure(Request& request) {
  Outputs outputs(request.output);
  if (const std::string failure = outputs.open(); !failure.empty()) return complain(failure, kCannotWrite);
  if (!request.output.json_file.empty()) {
    request.settings.save = [&](const Reports& so_far) {
      if (const std::string failure = outputs.save_json_only(to_json(so_far, 0)); !failure.empty()) {
        complain(failure, kCannotWrite);
      }
    };
  }
  const OwnNamespace own("bench");
  auto session = std::make_unique<Session>(request.settings);
  const Reports reports = request.measure(*session);
  const bool stopped = session->stopped();
  session.reset();  // gives the terminal back, and ends the load
  return conclude(reports, request, stopped, outputs);
}

int summarize(Request& request) {
  const OwnNamespace own("bench");
  request.settings.quick = true;
  request.settings.peers = {Peers::kProcesses};
  return print_summary(Session(request.settings), std::cout) ? 0 : kFailed;
}

int compare(const Request& request) {
  const ParsedResult before = read_result(request.files[0]);
  if (!before.error.empty()) return complain(before.error, kFailed);
  const ParsedResult after = read_result(request.files[1]);
  if (!after.error.empty()) return complain(after.error, kFailed);
  switch (write_comparison(std::cout, before.result, after.result, request.tolerance)) {
    case Comparison::kGood:
      return 0;
    case Comparison::kIncomplete:
      return complain("not everything could be compared", kFailed);
    case Comparison::kSlower:
      break;
  }
  return kFailedAbove;
}

// Without a file to write, the merged JSON goes to standard output.
int merge(Request& request) {
  OutputOptions& output = request.output;
  const bool has_file = !(output.json_file + output.plot_file + output.page_file + output.hdr_file).empty();
  if (!has_file) output.json_file = std::string(1, '-');
  Outputs outputs(output);
  if (const std::string failure = outputs.open(); !failure.empty()) return complain(failure, kCannotWrite);
  const Merged merged = merge_results(request.files, request.settings.command_line);
  if (!merged.error.empty()) return complain(merged.error, kFailed);
  const std::string failure = outputs.save(merged.json);
  return failure.empty() ? 0 : complain(failure, kCannotWrite);
}

int print_targets(const Request& request) {
  const ParsedResult read = read_result(request.from_file);
  if (!read.error.empty()) return complain(read.error, kFailed);
  (request.as_markdown ? write_targets_as_markdown : write_targets)(std::cout, read.result);
  return 0;
}

int run(Request& request) {
  switch (request.kind) {
    case Request::Kind::kSummary:
      return summarize(request);
    case Request::Kind::kCompare:
      return compare(request);
    case Request::Kind::kMerge:
      return merge(request);
    case Request::Kind::kPrintTargets:
      return print_targets(request);
    case Request::Kind::kMeasure:
      break;
  }
  return measure(request);
}

}  // namespace
}  // namespace rtss::bench

int main(int argc, char** argv) {
  using namespace rtss::bench;
  int exit_code = 0;
  std::optional<Request> request = parse_command_line(argc, argv, exit_code);
  if (request) exit_code = run(*request);
  const std::string failure = flush_standard_output();
  return failure.empty() ? exit_code : complain(failure, kCannotWrite);
}
