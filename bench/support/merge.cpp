#include "bench/support/merge.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "bench/support/result_file.h"
#include "bench/support/stats.h"

namespace rtss::bench {
namespace {

using Json = nlohmann::ordered_json;

double last_second(const Json& thread) {
  return thread.at("series").empty() ? 0 : thread.at("series").back().at("at").get<double>() + 1;
}

// The value that so many percent of the samples do not exceed, as the merged histogram tells it.
double percentile(const std::map<std::uint64_t, std::uint64_t>& counts, std::uint64_t cycles, double percent,
                  double highest) {
  const auto rank = static_cast<std::uint64_t>(std::ceil(static_cast<double>(cycles) * percent / 100));
  std::uint64_t seen = 0;
  for (const auto& [ns, count] : counts) {
    seen += count;
    if (seen >= std::max<std::uint64_t>(rank, 1)) return std::min(static_cast<double>(ns), highest);
  }
  return highest;
}

void add_histogram(Json& into, const Json& from) {
  std::map<std::uint64_t, std::uint64_t> counts;
  for (const Json* const thread : {static_cast<const Json*>(&into), &from}) {
    for (const auto& [ns, count] : thread->at("histogram").items())
      counts[std::stoull(ns)] += count.get<std::uint64_t>();
  }
  into["histogram"] = Json::object();
  for (const auto& [ns, count] : counts) into["histogram"][std::to_string(ns)] = count;
  const double highest = into.at("max");
  for (auto& [name, value] : into.at("percentiles").items()) {
    value = std::max(percentile(counts, into.at("cycles"), std::stod(name), highest), into.at("min").get<double>());
  }
}

// The second run's seconds follow those of the first.
void add_times(Json& into, const Json& from) {
  const double offset = last_second(into);
  if (from.at("max") > into.at("max")) into["max_at"] = from.at("max_at").get<double>() + offset;
  for (Json second : from.at("series")) {
    second["at"] = second.at("at").get<std::uint64_t>() + static_cast<std::uint64_t>(offset);
    into["series"].push_back(std::move(second));
  }
}

void add_run(Json& into, const Json& from) {
  if (from.contains("missing")) return;
  if (into.contains("missing")) {
    const Json measurement = into.at("measurement");
    into = from;
    into["measurement"] = measurement;
    return;
  }
  const double cycles = into.at("cycles");
  const double more = from.at("cycles");
  into["avg"] = (into.at("avg").get<double>() * cycles + from.at("avg").get<double>() * more) / (cycles + more);
  add_times(into, from);
  into["max"] = std::max(into.at("max").get<double>(), from.at("max").get<double>());
  into["min"] = std::min(into.at("min").get<double>(), from.at("min").get<double>());
  for (const char* const sum : {"cycles", "overflow", "missed_periods"}) {
    into[sum] = into.at(sum).get<std::uint64_t>() + from.at(sum).get<std::uint64_t>();
  }
  for (const Json& typical : from.at("typical")) into["typical"].push_back(typical);
  if (from.contains("broken_off") && !into.contains("broken_off")) into["broken_off"] = from.at("broken_off");
  add_histogram(into, from);
}

Json* find(Json& list, const char* key, const Json& value) {
  const auto found = std::ranges::find_if(list, [&](const Json& entry) { return entry.at(key) == value; });
  return found == list.end() ? nullptr : &*found;
}

void add_measurement(Json& into, const Json& from, std::size_t index) {
  const Json& measurement = from.at("measurements").at(index);
  Json* known = find(into.at("measurements"), "title", measurement.at("title"));
  if (known == nullptr) {
    into["measurements"].push_back(measurement);
  } else {
    (*known)["end_time"] = measurement.at("end_time");
  }
  const std::size_t at = known == nullptr ? into.at("measurements").size() - 1
                                          : static_cast<std::size_t>(known - &into.at("measurements").front());
  for (const Json& thread : from.at("thread")) {
    if (thread.at("measurement") != index) continue;
    const auto same = std::ranges::find_if(into.at("thread"), [&](const Json& each) {
      return each.at("measurement") == at && each.at("name") == thread.at("name");
    });
    if (same != into.at("thread").end()) {
      add_run(*same, thread);
      continue;
    }
    Json added = thread;
    added["measurement"] = at;
    into["thread"][std::to_string(into.at("thread").size())] = std::move(added);
  }
}

void renew_ratios(Json& result) {
  std::map<std::size_t, std::vector<double>> limits;
  for (Json& thread : result.at("thread")) {
    const std::vector<double> typical = thread.value("typical", std::vector<double>{});
    const auto& limit = limits.try_emplace(thread.at("measurement"), typical).first->second;
    if (typical.empty()) continue;
    const Ratio ratio = ratio_of_medians(typical, limit);
    thread["ratio_to_first"] = {{"value", ratio.value}};
    if (ratio.has_interval) thread["ratio_to_first"].update({{"low", ratio.low}, {"high", ratio.high}});
  }
}

}  // namespace

Merged merge_results(const std::vector<std::string>& paths, const std::string& command_line) {
  Json merged;
  for (const std::string& path : paths) {
    const ResultText read = read_result_text(path);
    if (!read.error.empty()) return {{}, read.error};
    const Json result = Json::parse(read.json);
    if (merged.is_null()) {
      merged = result;
      continue;
    }
    for (std::size_t i = 0; i < result.at("measurements").size(); ++i) add_measurement(merged, result, i);
    merged["end_time"] = result.at("end_time");
    merged["return_code"] = std::max(merged.at("return_code").get<int>(), result.at("return_code").get<int>());
  }
  merged["cmdline"] = command_line;
  merged["num_threads"] = merged.at("thread").size();
  renew_ratios(merged);
  return {merged.dump(1) + "\n", {}};
}

}  // namespace rtss::bench
