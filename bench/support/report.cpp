#include "bench/support/report.h"

#include <algorithm>
#include <iomanip>
#include <map>
#include <ostream>
#include <sstream>

#include "bench/support/clock.h"

namespace rtss::bench {
namespace {

constexpr double kPicosecondsPerMicrosecond = 1e6;
constexpr int kNameWidth = 44;
constexpr int kNumberWidth = 11;

double scaled(double picoseconds, const TextOptions& options) {
  return picoseconds /
         (options.nanoseconds ? static_cast<double>(kPicosecondsPerNanosecond) : kPicosecondsPerMicrosecond);
}

void write_row(std::ostream& out, const Report& report, const ContestantReport& contestant,
               const TextOptions& options) {
  out << std::left << std::setw(kNameWidth) << contestant.name << std::right;
  if (!contestant.failure.empty()) {
    out << "  not measured: " << contestant.failure << '\n';
    return;
  }
  const auto number = [&](double picoseconds) { out << std::setw(kNumberWidth) << scaled(picoseconds, options); };
  out << std::fixed << std::setprecision(options.nanoseconds ? 1 : 3);
  number(static_cast<double>(contestant.recorded.histogram.max()));
  for (const double percent : kPercentiles)
    number(static_cast<double>(contestant.recorded.histogram.percentile(percent)));
  number(contestant.recorded.histogram.mean());
  number(median(contestant.medians_ns) * static_cast<double>(kPicosecondsPerNanosecond));
  out << "  " << to_text(ratio_to_limit(report, contestant), 2) << '\n';
}

// Columns of whole microseconds (or nanoseconds), one for each contestant: the form that cyclictest prints.
void write_histogram(std::ostream& out, const Report& report, const TextOptions& options) {
  const double unit = options.nanoseconds ? 1e3 : kPicosecondsPerMicrosecond;
  std::map<std::uint64_t, std::vector<std::uint64_t>> rows;
  std::vector<std::uint64_t> overflows(report.contestants.size(), 0);
  for (std::size_t i = 0; i < report.contestants.size(); ++i) {
    for (const Histogram::Cell& cell : report.contestants[i].recorded.histogram.cells()) {
      const auto row = static_cast<std::uint64_t>(static_cast<double>(cell.lowest) / unit);
      if (row >= options.histogram_limit_us) {
        overflows[i] += cell.count;
        continue;
      }
      rows.try_emplace(row, report.contestants.size(), 0).first->second[i] += cell.count;
    }
    overflows[i] += report.contestants[i].recorded.histogram.overflow();
  }
  const auto line = [&](const char* label, auto value_of) {
    out << "# " << label << ':';
    for (std::size_t i = 0; i < report.contestants.size(); ++i) out << ' ' << std::setw(9) << value_of(i);
    out << '\n';
  };
  const auto whole = [&](double picoseconds) { return static_cast<std::uint64_t>(picoseconds / unit); };
  const auto histogram = [&](std::size_t i) -> const Histogram& { return report.contestants[i].recorded.histogram; };
  out << "# Histogram\n" << std::setfill('0');
  for (const auto& [row, counts] : rows) {
    out << std::setw(6) << row;
    for (const std::uint64_t count : counts) out << '\t' << std::setw(6) << count;
    out << '\n';
  }
  line("Total", [&](std::size_t i) { return histogram(i).count(); });
  line("Min Latencies", [&](std::size_t i) { return whole(static_cast<double>(histogram(i).min())); });
  line("Avg Latencies", [&](std::size_t i) { return whole(histogram(i).mean()); });
  line("Max Latencies", [&](std::size_t i) { return whole(static_cast<double>(histogram(i).max())); });
  line("Histogram Overflows", [&](std::size_t i) { return overflows[i]; });
  out << std::setfill(' ');
}

// A row for each second with samples, a column for each contestant.
void write_series(std::ostream& out, const Report& report, const TextOptions& options) {
  std::map<std::uint64_t, std::vector<std::uint64_t>> rows;
  for (std::size_t i = 0; i < report.contestants.size(); ++i) {
    for (const auto& [second, worst] : report.contestants[i].recorded.worst_of_second) {
      rows.try_emplace(second, report.contestants.size(), 0).first->second[i] = worst;
    }
  }
  out << "# Worst of each second\n";
  for (const auto& [second, worst] : rows) {
    out << std::setw(6) << second;
    for (const std::uint64_t value : worst) out << '\t' << scaled(static_cast<double>(value), options);
    out << '\n';
  }
}

}  // namespace

std::string percentile_label(double percent) {
  std::ostringstream label;
  label << 'p' << percent;
  return label.str();
}

std::vector<std::string> contradictions(const Report& report) {
  std::vector<std::string> found;
  for (const ContestantReport& contestant : report.contestants) {
    if (!contestant.failure.empty()) continue;
    const Histogram& histogram = contestant.recorded.histogram;
    if (histogram.count() == 0) found.push_back(contestant.name + ": nothing was recorded");
    if (!histogram.is_consistent()) found.push_back(contestant.name + ": the histogram contradicts its totals");
    std::uint64_t previous = histogram.min();
    for (const double percent : kPercentiles) {
      const std::uint64_t value = histogram.percentile(percent);
      if (value < previous || value > histogram.max()) {
        found.push_back(contestant.name + ": " + percentile_label(percent) + " is out of order");
      }
      previous = value;
    }
    const auto& seconds = contestant.recorded.worst_of_second;
    const auto worst = std::ranges::max_element(seconds, {}, [](const auto& entry) { return entry.second; });
    if (worst != seconds.end() && worst->second != histogram.max()) {
      found.push_back(contestant.name + ": the worst of all seconds is not the maximum");
    }
    if (median(contestant.medians_ns) <= 0) found.push_back(contestant.name + ": its typical value is not positive");
  }
  return found;
}

Ratio ratio_to_limit(const Report& report, const ContestantReport& contestant) {
  return ratio_of_medians(contestant.medians_ns, report.contestants.front().medians_ns);
}

bool has_failed(const Report& report) {
  return std::ranges::any_of(report.contestants, [](const ContestantReport& contestant) {
    return contestant.name.starts_with("rtapi") && !contestant.failure.empty() && !contestant.unfit;
  });
}

double worst_us(const Report& report, const std::string& contestant_prefix) {
  double worst = 0;
  for (const ContestantReport& contestant : report.contestants) {
    if (!contestant.name.starts_with(contestant_prefix)) continue;
    worst = std::max(worst, static_cast<double>(contestant.recorded.histogram.max()) / kPicosecondsPerMicrosecond);
  }
  return worst;
}

void write_text(std::ostream& out, const Report& report, const TextOptions& options) {
  out << report.title << '\n';
  for (const std::string& condition : report.conditions) out << "  " << condition << '\n';
  out << std::left << std::setw(kNameWidth) << (options.nanoseconds ? "ns" : "us") << std::right;
  out << std::setw(kNumberWidth) << "max";
  for (const double percent : kPercentiles) out << std::setw(kNumberWidth) << percentile_label(percent);
  out << std::setw(kNumberWidth) << "avg" << std::setw(kNumberWidth) << report.typical << "  x first [95 %]\n";
  for (const ContestantReport& contestant : report.contestants) write_row(out, report, contestant, options);
  if (options.series) write_series(out, report, options);
  if (options.histogram) write_histogram(out, report, options);
}

void write_environment(std::ostream& out, const Report& report) {
  for (const auto& [name, value] : report.environment) {
    out << std::left << std::setw(22) << name << std::right << value << '\n';
  }
}

}  // namespace rtss::bench
