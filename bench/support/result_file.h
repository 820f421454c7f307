// A result that was written as JSON, read back: for the table of targets, comparisons and pictures.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace rtss::bench {

struct ResultContestant {
  std::string name;
  std::string missing;                        // why there is nothing else; empty when there is
  std::vector<double> typical;                // ns, one for each repetition
  std::map<std::string, double> percentiles;  // ns, by their names: "99.9"
  double max = 0;                             // ns
  std::uint64_t cycles = 0;
  std::uint64_t missed_periods = 0;
  std::map<std::uint64_t, std::uint64_t> histogram;  // ns, count
  std::uint64_t overflow = 0;
};

struct ResultMeasurement {
  std::string title;
  std::vector<std::string> conditions;
  double seconds = 0;  // how long it took
  std::vector<ResultContestant> contestants;

  [[nodiscard]] const ResultContestant* find(const std::string& contestant) const;
};

struct ResultFile {
  std::string command_line;
  std::string start_time;
  std::vector<std::pair<std::string, std::string>> environment;
  std::vector<ResultMeasurement> measurements;

  [[nodiscard]] const ResultMeasurement* find(const std::string& title) const;
};

// Empty error: read. Otherwise what is wrong with the text, and the result is empty.
struct ParsedResult {
  ResultFile result;
  std::string error;
};
ParsedResult parse_result(const std::string& json);
ParsedResult read_result(const std::string& path);

// The text itself, once it is known to hold a result.
struct ResultText {
  std::string json;
  std::string error;
};
ResultText read_result_text(const std::string& path);

}  // namespace rtss::bench
