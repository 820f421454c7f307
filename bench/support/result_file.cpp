#include "bench/support/result_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace rtss::bench {
namespace {

using Json = nlohmann::ordered_json;

ResultContestant contestant_of(const Json& json) {
  ResultContestant contestant;
  contestant.name = json.at("name");
  contestant.missing = json.value("missing", "");
  if (!contestant.missing.empty()) return contestant;
  contestant.typical = json.at("typical").get<std::vector<double>>();
  for (const auto& [name, value] : json.at("percentiles").items()) contestant.percentiles[name] = value;
  contestant.max = json.at("max");
  contestant.cycles = json.at("cycles");
  contestant.missed_periods = json.at("missed_periods");
  contestant.overflow = json.at("overflow");
  for (const auto& [value, count] : json.at("histogram").items()) contestant.histogram[std::stoull(value)] = count;
  return contestant;
}

double seconds_between(const std::string& start, const std::string& end) {
  std::time_t times[2] = {};
  for (int i = 0; i < 2; ++i) {
    std::tm fields{};
    if (strptime((i == 0 ? start : end).c_str(), "%a, %d %b %Y %T", &fields) != nullptr) times[i] = timegm(&fields);
  }
  return std::max(std::difftime(times[1], times[0]), 0.0);
}

ResultFile result_of(const Json& json) {
  ResultFile result;
  result.command_line = json.at("cmdline");
  result.start_time = json.at("start_time");
  for (const auto& [name, value] : json.at("env").items()) result.environment.emplace_back(name, value);
  for (const Json& measurement : json.at("measurements")) {
    result.measurements.push_back({measurement.at("title"),
                                   measurement.at("conditions"),
                                   seconds_between(measurement.at("start_time"), measurement.at("end_time")),
                                   {}});
  }
  for (const Json& thread : json.at("thread")) {
    result.measurements.at(thread.at("measurement").get<std::size_t>()).contestants.push_back(contestant_of(thread));
  }
  return result;
}

template <class Items>
auto* find_by(const Items& items, const std::string& name, auto name_of) {
  const auto found = std::ranges::find(items, name, name_of);
  return found == items.end() ? nullptr : &*found;
}

}  // namespace

const ResultContestant* ResultMeasurement::find(const std::string& contestant) const {
  return find_by(contestants, contestant, &ResultContestant::name);
}

const ResultMeasurement* ResultFile::find(const std::string& title) const {
  return find_by(measurements, title, &ResultMeasurement::title);
}

ParsedResult parse_result(const std::string& json) {
  try {  // the JSON library reports what is missing by exceptions only
    return {result_of(Json::parse(json)), ""};
  } catch (const Json::parse_error& error) {
    return {{}, "not a result of rtss-bench --json: no JSON, from byte " + std::to_string(error.byte) + " on"};
  } catch (const std::exception&) {
    return {{}, "not a result of rtss-bench --json: JSON of another kind"};
  }
}

ResultText read_result_text(const std::string& path) {
  std::ifstream file(path);
  if (!file) return {{}, path + ": " + std::strerror(errno)};
  std::ostringstream text;
  text << file.rdbuf();
  const std::string error = parse_result(text.str()).error;
  return {text.str(), error.empty() ? "" : path + ": " + error};
}

ParsedResult read_result(const std::string& path) {
  const ResultText text = read_result_text(path);
  if (!text.error.empty()) return {{}, text.error};
  return parse_result(text.json);
}

}  // namespace rtss::bench
