#include "bench/commands/compare.h"

#include <algorithm>
#include <array>
#include <iomanip>
#include <limits>
#include <ostream>
#include <string>

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

const std::string* value_of(const ResultFile& file, const std::string& name) {
  const auto found = std::ranges::find(file.environment, name, [](const auto& entry) { return entry.first; });
  return found == file.environment.end() ? nullptr : &found->second;
}

void write_differences(std::ostream& out, const ResultFile& before, const ResultFile& after) {
  const auto write = [&](const std::string& name) {
    const std::string* const earlier = value_of(before, name);
    const std::string* const later = value_of(after, name);
    if (earlier != nullptr && later != nullptr && *earlier == *later) return;
    out << "differs: " << name << ": " << (earlier == nullptr ? "unknown" : *earlier) << " / "
        << (later == nullptr ? "unknown" : *later) << '\n';
  };
  for (const auto& [name, value] : before.environment) {
    if (std::ranges::find(kMayDiffer, name) == kMayDiffer.end()) write(name);
  }
  for (const auto& [name, value] : after.environment) {
    if (value_of(before, name) == nullptr) write(name);
  }
}

bool is_measured(const ResultContestant* contestant) {
  return contestant != nullptr && contestant->missing.empty() && !contestant->typical.empty();
}

std::string absence(const ResultContestant* contestant, const char* file) {
  const std::string reason = contestant == nullptr ? "not there" : contestant->missing;
  return std::string("not measured in the ") + file + " file: " + reason;
}

// Of the library's own contestants.
struct Findings {
  bool compared = false;
  bool lost = false;  // measured before and not after
  bool slower = false;
};

void write_line(std::ostream& out, const ResultMeasurement& before, const ResultMeasurement& after,
                const std::string& name, double tolerance, Findings& findings) {
  const bool is_ours = name.starts_with(kOurs);
  const ResultContestant* const earlier = before.find(name);
  const ResultContestant* const later = after.find(name);
  const bool is_comparable = is_measured(earlier) && is_measured(later);
  if (!is_comparable && !is_ours) return;
  out << "  " << std::left << std::setw(46) << name << std::right;
  if (!is_comparable) {
    findings.lost = findings.lost || is_measured(earlier);
    out << "not comparable: " << (is_measured(earlier) ? absence(later, "second") : absence(earlier, "first")) << '\n';
    return;
  }
  const Ratio ratio = change(before, after, *later);
  const Verdict verdict = judge(ratio, tolerance);
  const bool is_limit = later == &after.contestants.front();
  out << to_text(ratio, 3) << "  " << kVerdicts[static_cast<std::size_t>(verdict)]
      << (is_limit ? " (the limit, by its time)" : "") << '\n';
  findings.compared = findings.compared || is_ours;
  findings.slower = findings.slower || (is_ours && verdict == Verdict::kSlower);
}

void write_measurement(std::ostream& out, const ResultMeasurement& before, const ResultMeasurement& after,
                       double tolerance, Findings& findings) {
  out << after.title << '\n';
  for (const ResultContestant& contestant : after.contestants) {
    write_line(out, before, after, contestant.name, tolerance, findings);
  }
  for (const ResultContestant& contestant : before.contestants) {
    if (after.find(contestant.name) == nullptr) write_line(out, before, after, contestant.name, tolerance, findings);
  }
}

// Tables that the other file does not have: its run may have measured a part only.
void write_unmatched(std::ostream& out, const ResultFile& file, const ResultFile& other, const char* which) {
  for (const ResultMeasurement& measurement : file.measurements) {
    if (other.find(measurement.title) != nullptr) continue;
    out << measurement.title << "\n  not comparable: only in the " << which << " file\n";
  }
}

}  // namespace

Verdict judge(const Ratio& ratio, double tolerance) {
  if (!ratio.has_interval) return Verdict::kUndecided;
  if (ratio.low > 1 && ratio.value > 1 + tolerance) return Verdict::kSlower;
  if (ratio.high < 1 && ratio.value < 1 - tolerance) return Verdict::kFaster;
  if (ratio.low >= 1 - tolerance && ratio.high <= 1 + tolerance) return Verdict::kSame;
  return Verdict::kUndecided;
}

Ratio change(const ResultMeasurement& before, const ResultMeasurement& after, const ResultContestant& contestant) {
  const ResultContestant& earlier = *before.find(contestant.name);
  const ResultContestant& limit = after.contestants.front();
  const ResultContestant* const earlier_limit = before.find(limit.name);
  if (median(earlier.typical) == 0) {  // of idle processes
    const double factor = median(contestant.typical) == 0 ? 1 : std::numeric_limits<double>::infinity();
    return {factor, factor, factor};
  }
  if (contestant.name == limit.name || !is_measured(&limit) || !is_measured(earlier_limit)) {
    return ratio_of_medians(contestant.typical, earlier.typical);
  }
  return ratio_of_medians(per_limit(contestant.typical, limit.typical),
                          per_limit(earlier.typical, earlier_limit->typical));
}

Comparison write_comparison(std::ostream& out, const ResultFile& before, const ResultFile& after, double tolerance) {
  Findings findings;
  write_differences(out, before, after);
  for (const ResultMeasurement& measurement : after.measurements) {
    const ResultMeasurement* const earlier = before.find(measurement.title);
    if (earlier != nullptr) write_measurement(out, *earlier, measurement, tolerance, findings);
  }
  write_unmatched(out, before, after, "first");
  write_unmatched(out, after, before, "second");
  if (findings.slower) return Comparison::kSlower;
  return findings.lost || !findings.compared ? Comparison::kIncomplete : Comparison::kGood;
}

}  // namespace rtss::bench
