// What the command line asks for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/session/session.h"
#include "bench/support/report_text.h"

namespace rtss::bench {

struct OutputOptions {
  TextOptions text;
  bool quiet = false;
  double fail_above_us = 0;  // 0: never
  std::string json_file;
  std::string plot_file;
  std::string page_file;
  std::string hdr_file;
};

struct Request {
  enum class Kind : std::uint8_t { kMeasure, kSummary, kCompare, kMerge, kPrintTargets };
  Kind kind = Kind::kMeasure;
  Settings settings;
  OutputOptions output;
  Reports (*measure)(const Session&) = nullptr;
  bool as_targets = false;
  std::string from_file;  // of kPrintTargets
  bool as_markdown = false;
  std::vector<std::string> files;  // of kCompare and kMerge
  double tolerance = 0.05;
};

// Nothing: what was to be said has been, and exit_code is what to exit with.
std::optional<Request> parse_command_line(int argc, char** argv, int& exit_code);

}  // namespace rtss::bench
