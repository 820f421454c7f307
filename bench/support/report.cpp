#include "bench/support/report.h"

#include <algorithm>
#include <sstream>

#include "bench/support/clock.h"

namespace rtss::bench {
namespace {

constexpr double kPicosecondsPerMicrosecond = 1e6;

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
    const double typical = median(contestant.medians_ns);
    if (typical < 0 || (typical == 0 && !report.may_be_zero))
      found.push_back(contestant.name + ": its typical value is not positive");
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

}  // namespace rtss::bench
