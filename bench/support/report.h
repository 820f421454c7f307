// What a measurement found. Values are kept in picoseconds.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "bench/support/environment.h"
#include "bench/support/samples.h"
#include "bench/support/stats.h"

namespace rtss::bench {

inline constexpr std::array kPercentiles = {50.0, 90.0, 99.0, 99.9, 99.99, 99.999};

struct ContestantReport {
  std::string name;
  std::string failure;  // why it could not be measured; empty when it was
  bool unfit = false;   // these conditions do not fit the measurement, with any contestant
  Recorded recorded;
  std::uint64_t missed_periods = 0;
  std::vector<double> medians_ns;  // one for each repetition: what ratios are made of
  int cpu = 0;
};

struct Report {
  std::string title;                          // what one sample is, in words
  std::string object;                         // kind of object measured
  std::vector<std::string> conditions;        // peers, CPUs, policy, counts
  std::string typical = "p50";                // what medians_ns holds
  bool may_be_zero = false;                   // nothing at all is a result
  std::vector<ContestantReport> contestants;  // the first is the limit that the others are compared with
  std::vector<std::pair<std::string, std::string>> environment;
  std::string command_line;
  std::int64_t start_time = 0;  // seconds since the epoch
  std::int64_t end_time = 0;
  double start_second = 0;  // since the session's clock was made
};

using Reports = std::vector<Report>;

std::string percentile_label(double percent);  // "p99.9"

// Why the report must not be believed, one line each; empty when nothing contradicts itself.
std::vector<std::string> contradictions(const Report& report);

// Something of the library's own was not measured although the conditions fit. A peer need not be there, or fit the
// measurement.
bool has_failed(const Report& report);

Ratio ratio_to_limit(const Report& report, const ContestantReport& contestant);
double worst_us(const Report& report, const std::string& contestant_prefix);

}  // namespace rtss::bench
