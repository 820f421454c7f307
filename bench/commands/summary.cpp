#include "bench/commands/summary.h"

#include <iomanip>
#include <ostream>

namespace rtss::bench {
namespace {

constexpr int kNameWidth = 44;
constexpr int kNumberWidth = 11;

void print_row(std::ostream& out, const Report& report, const ContestantReport& contestant) {
  const auto ns = [](double picoseconds) { return picoseconds / static_cast<double>(kPicosecondsPerNanosecond); };
  const Histogram& histogram = contestant.histogram;
  out << "  " << std::left << std::setw(kNameWidth) << contestant.name << std::right;
  if (!contestant.failure.empty()) {
    out << "  not measured: " << contestant.failure << '\n';
    return;
  }
  out << std::fixed << std::setprecision(1) << std::setw(kNumberWidth) << median(contestant.medians_ns)
      << std::setprecision(0);
  for (const double percent : {50.0, 99.0}) {
    out << std::setw(kNumberWidth) << ns(static_cast<double>(histogram.percentile(percent)));
  }
  out << std::setw(kNumberWidth) << ns(static_cast<double>(histogram.max())) << std::setw(kNumberWidth)
      << std::setprecision(2) << ratio_to_limit(report, contestant).value << '\n';
}

void print_table(std::ostream& out, const Report& report) {
  out << std::left << std::setw(kNameWidth + 2) << report.title + ", ns" << std::right << std::setw(kNumberWidth)
      << report.typical << std::setw(kNumberWidth) << "p50" << std::setw(kNumberWidth) << "p99"
      << std::setw(kNumberWidth) << "max" << std::setw(kNumberWidth) << "x limit" << '\n';
  for (const ContestantReport& contestant : report.contestants) print_row(out, report, contestant);
  for (const std::string& condition : report.conditions) out << "  (" << condition << ")\n";
  out << '\n';
}

}  // namespace

bool print_summary(const Session& session, std::ostream& out) {
  const Report uncontended = measure_uncontended(session).front();
  const Report handoff = measure_handoff(session).front();
  bool complete = true;
  for (const Report* const report : {&uncontended, &handoff}) {
    print_table(out, *report);
    complete = complete && contradictions(*report).empty();
    for (const ContestantReport& contestant : report->contestants) complete = complete && contestant.failure.empty();
  }
  return complete;
}

}  // namespace rtss::bench
