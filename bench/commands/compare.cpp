#include "bench/commands/compare.h"

#include <algorithm>
#include <array>
#include <iomanip>
#include <ostream>

namespace rtss::bench {
namespace {

constexpr std::array kVerdicts = {"same", "faster", "SLOWER", "undecided"};
constexpr std::array kMayDiffer = {"load average", "time stamps"};
constexpr const char* kOurs = "rtapi";

std::vector<double> per_limit(const std::vector<double>& typical, const std::vector<double>& limit) {
  std::vector<double> quotients;
  for (std::size_t i = 0; i < std::min(typical.size(), limit.size()); ++i) quotients.push_back(typical[i] / limit[i]);
  return quotients;
}

void write_differences(std::ostream& out, const ResultFile& before, const ResultFile& after) {
  for (const auto& [name, value] : before.environment) {
    if (std::ranges::find(kMayDiffer, name) != kMayDiffer.end()) continue;
    const auto same = std::ranges::find(after.environment, name, [](const auto& entry) { return entry.first; });
    if (same != after.environment.end() && same->second == value) continue;
    out << "differs: " << name << ": " << value << " / " << (same == after.environment.end() ? "unknown" : same->second)
        << '\n';
  }
}

bool is_comparable(const ResultContestant* contestant) {
  return contestant != nullptr && contestant->missing.empty() && !contestant->typical.empty();
}

// False when one of the library's own is slower.
bool write_measurement(std::ostream& out, const ResultMeasurement& before, const ResultMeasurement& after,
                       double tolerance) {
  bool is_good = true;
  out << after.title << '\n';
  for (const ResultContestant& contestant : after.contestants) {
    if (!is_comparable(&contestant) || !is_comparable(before.find(contestant.name))) continue;
    const Ratio ratio = change(before, after, contestant);
    const Verdict verdict = judge(ratio, tolerance);
    const bool is_limit = &contestant == &after.contestants.front();
    out << "  " << std::left << std::setw(46) << contestant.name << std::right << std::fixed << std::setprecision(3)
        << ratio.value << " [" << ratio.low << ", " << ratio.high << "]  "
        << kVerdicts[static_cast<std::size_t>(verdict)] << (is_limit ? " (the limit, by its time)" : "") << '\n';
    is_good = is_good && (verdict != Verdict::kSlower || !contestant.name.starts_with(kOurs));
  }
  return is_good;
}

}  // namespace

Verdict judge(const Ratio& ratio, double tolerance) {
  if (ratio.low > 1 && ratio.value > 1 + tolerance) return Verdict::kSlower;
  if (ratio.high < 1 && ratio.value < 1 - tolerance) return Verdict::kFaster;
  if (ratio.low >= 1 - tolerance && ratio.high <= 1 + tolerance) return Verdict::kSame;
  return Verdict::kUndecided;
}

Ratio change(const ResultMeasurement& before, const ResultMeasurement& after, const ResultContestant& contestant) {
  const ResultContestant& earlier = *before.find(contestant.name);
  const ResultContestant& limit = after.contestants.front();
  const ResultContestant* const earlier_limit = before.find(limit.name);
  if (contestant.name == limit.name || !is_comparable(&limit) || !is_comparable(earlier_limit)) {
    return ratio_of_medians(contestant.typical, earlier.typical);
  }
  return ratio_of_medians(per_limit(contestant.typical, limit.typical),
                          per_limit(earlier.typical, earlier_limit->typical));
}

bool write_comparison(std::ostream& out, const ResultFile& before, const ResultFile& after, double tolerance) {
  bool is_good = true;
  bool has_common = false;
  write_differences(out, before, after);
  for (const ResultMeasurement& measurement : after.measurements) {
    const ResultMeasurement* const earlier = before.find(measurement.title);
    if (earlier == nullptr) continue;
    has_common = true;
    is_good = write_measurement(out, *earlier, measurement, tolerance) && is_good;
  }
  if (!has_common) out << "no measurement is in both files\n";
  return is_good;
}

}  // namespace rtss::bench
