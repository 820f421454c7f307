#include "bench/support/report_json.h"

#include <cmath>
#include <ctime>
#include <nlohmann/json.hpp>

#include "bench/support/clock.h"

namespace rtss::bench {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kFileVersion = 1;

double nanoseconds(double picoseconds) { return picoseconds / static_cast<double>(kPicosecondsPerNanosecond); }
double nanoseconds(std::uint64_t picoseconds) { return nanoseconds(static_cast<double>(picoseconds)); }

std::string local_time(std::int64_t seconds) {
  const std::time_t time = seconds;
  std::tm fields{};
  localtime_r(&time, &fields);
  char text[64];
  return {text, std::strftime(text, sizeof(text), "%a, %d %b %Y %T %z", &fields)};
}

// Keys are whole nanoseconds, rounded down: cells that are finer than that share one.
Json histogram_json(const Histogram& histogram) {
  std::map<std::uint64_t, std::uint64_t> counts;
  for (const Histogram::Cell& cell : histogram.cells()) {
    counts[cell.lowest / kPicosecondsPerNanosecond] += cell.count;
  }
  Json json = Json::object();
  for (const auto& [value, count] : counts) json[std::to_string(value)] = count;
  return json;
}

Json series_json(const Recorded& recorded) {
  Json json = Json::array();
  for (const auto& [second, worst] : recorded.worst_of_second) {
    json.push_back({{"at", second}, {"max", nanoseconds(worst)}});
  }
  return json;
}

Json figures_json(const Report& report, const ContestantReport& contestant) {
  const Histogram& histogram = contestant.recorded.histogram;
  Json json;
  json["cycles"] = histogram.count();
  json["max"] = nanoseconds(histogram.max());
  json["max_at"] = contestant.recorded.max_at;
  for (const double percent : kPercentiles) {
    json["percentiles"][percentile_label(percent).substr(1)] = nanoseconds(histogram.percentile(percent));
  }
  json["avg"] = nanoseconds(histogram.mean());
  json["min"] = nanoseconds(histogram.min());
  json["overflow"] = histogram.overflow();
  json["missed_periods"] = contestant.missed_periods;
  if (contestant.recorded.broken) {
    const Break& broken = *contestant.recorded.broken;
    json["broken_off"] = {{"value", nanoseconds(broken.picoseconds)},
                          {"at", broken.at_second},
                          {"thread", broken.thread},
                          {"cpu", broken.cpu}};
  }
  json["typical"] = contestant.medians_ns;
  const Ratio ratio = ratio_to_limit(report, contestant);
  json["ratio_to_first"]["value"] = ratio.value;
  if (ratio.has_interval) json["ratio_to_first"].update({{"low", ratio.low}, {"high", ratio.high}});
  json["series"] = series_json(contestant.recorded);
  json["histogram"] = histogram_json(histogram);
  return json;
}

Json contestant_json(const Report& report, std::size_t measurement, const ContestantReport& contestant) {
  Json json;
  json["name"] = contestant.name;
  json["object"] = report.object;
  json["measurement"] = measurement;
  json["cpu"] = contestant.cpu;
  json["node"] = 0;
  if (!contestant.failure.empty()) {
    json["missing"] = contestant.failure;
    return json;
  }
  json.update(figures_json(report, contestant));
  return json;
}

Json measurement_json(const Report& report) {
  return {{"title", report.title},
          {"object", report.object},
          {"conditions", report.conditions},
          {"typical_is", report.typical},
          {"start_time", local_time(report.start_time)},
          {"end_time", local_time(report.end_time)}};
}

Json system_json() {
  const SystemInfo system = system_info();
  return {{"sysname", system.sysname}, {"nodename", system.nodename}, {"release", system.release},
          {"version", system.version}, {"machine", system.machine},   {"realtime", system.realtime ? 1 : 0}};
}

}  // namespace

std::string to_json(const Reports& reports, int return_code) {
  Json json;
  json["file_version"] = kFileVersion;
  json["cmdline"] = reports.empty() ? "" : reports.front().command_line;
  json["start_time"] = local_time(reports.empty() ? 0 : reports.front().start_time);
  json["end_time"] = local_time(reports.empty() ? 0 : reports.back().end_time);
  json["return_code"] = return_code;
  json["unit"] = "ns";
  json["resolution_in_ns"] = 1;
  json["sysinfo"] = system_json();
  json["env"] = Json::object();
  if (!reports.empty()) {
    for (const auto& [name, value] : reports.front().environment) json["env"][name] = value;
  }
  json["measurements"] = Json::array();
  Json threads = Json::object();
  for (std::size_t i = 0; i < reports.size(); ++i) {
    json["measurements"].push_back(measurement_json(reports[i]));
    for (const ContestantReport& contestant : reports[i].contestants) {
      threads[std::to_string(threads.size())] = contestant_json(reports[i], i, contestant);
    }
  }
  json["num_threads"] = threads.size();
  json["thread"] = std::move(threads);
  return json.dump(1) + "\n";
}

}  // namespace rtss::bench
