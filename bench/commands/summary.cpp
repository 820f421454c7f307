#include "bench/commands/summary.h"

#include <iomanip>
#include <ostream>

#include "bench/commands/handoffs.h"
#include "bench/commands/uncontended.h"

namespace rtss::bench {
namespace {

constexpr int kNameWidth = 44;
constexpr int kNumberWidth = 11;

void print_row(std::ostream& out, const Report& report, const ContestantReport& contestant) {
  const auto ns = [](double picoseconds) { return picoseconds / static_cast<double>(kPicosecondsPerNanosecond); };
  const Histogram& histogram = contestant.recorded.histogram;
  out << "  " << std::left << std::setw(kNameWidth) << contestant.name << std::right;
  if (!contestant.failure.empty()) {
    out << "  not measured: " << contestant.failure << '\n';
    return;
  }
  const auto number = [&](double nanoseconds, int decimals) {
    out << std::fixed << std::setprecision(decimals) << std::setw(kNumberWidth) << nanoseconds;
  };
  number(median(contestant.medians_ns), 1);
  number(ns(static_cast<double>(histogram.percentile(99))), 0);
  number(ns(static_cast<double>(histogram.max())), 0);
  number(ratio_to_limit(report, contestant).value, 2);
  out << '\n';
}

void print_table(std::ostream& out, const Report& report, const char* how_p50) {
  out << std::left << std::setw(kNameWidth + 2) << report.title + ", ns" << std::right;
  for (const char* const column : {"p50", "p99", "max", "x limit"}) out << std::setw(kNumberWidth) << column;
  out << '\n';
  for (const ContestantReport& contestant : report.contestants) print_row(out, report, contestant);
  out << "  (" << report.conditions.front() << "; p50 " << how_p50 << ")\n\n";
}

}  // namespace

bool print_summary(const Session& session, std::ostream& out) {
  const Report uncontended = measure_uncontended(session).front();
  const Report handoff = measure_handoff(session).front();
  print_table(out, uncontended, "over batches of pairs, p99 and max of pairs timed singly, time stamps included");
  print_table(out, handoff, "the median over the runs");
  const auto is_sound = [](const Report& report) { return contradictions(report).empty() && !has_failed(report); };
  return is_sound(uncontended) && is_sound(handoff);
}

}  // namespace rtss::bench
