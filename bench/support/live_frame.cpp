#include "bench/support/live_frame.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "bench/support/clock.h"
#include "bench/support/report.h"
#include "bench/support/report_text.h"

namespace rtss::bench {
namespace {

constexpr double kPsPerUs = 1e6;
constexpr double kMostShown = 99.9;  // per cent of the samples that the histogram spreads over its lines
constexpr std::size_t kFewestBins = 3;
constexpr std::size_t kLabel = 32;
constexpr std::size_t kNumber = 12;
constexpr std::size_t kNarrowestName = 16;

std::string in_us(std::uint64_t picoseconds) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.2f", static_cast<double>(picoseconds) / kPsPerUs);
  return text.data();
}

// As many of the numbers as fit, the last ones first.
std::string row_text(const std::string& name, const std::array<std::string, 4>& numbers, std::size_t width) {
  const std::size_t fit =
      std::clamp<std::size_t>((width - std::min(width, kNarrowestName)) / kNumber, 1, numbers.size());
  const std::size_t room = std::max<std::size_t>(width - std::min(width, fit * kNumber), 1);
  std::string line = cut_to(name, room);
  line.resize(room, ' ');
  for (std::size_t i = numbers.size() - fit; i < numbers.size(); ++i) {
    line += std::string(numbers[i].size() < kNumber ? kNumber - numbers[i].size() : 1, ' ') + numbers[i];
  }
  return line;
}

std::string row_of(const LiveRow& row, bool is_chosen, std::size_t width) {
  const Histogram all = row.all();
  const std::string mark = std::string(is_chosen ? ">" : " ") + (row.is_running ? "* " : "  ");
  if (all.count() == 0) return row_text(mark + row.name, {"0", "-", "-", "-"}, width);
  return row_text(mark + row.name,
                  {std::to_string(all.count()), in_us(all.percentile(50)), in_us(all.percentile(99)), in_us(all.max())},
                  width);
}

struct Bin {
  std::string label;
  std::uint64_t count = 0;
};

// From the smallest sample to nearly the largest, the rest in the last one.
std::vector<Bin> bins_of(const Histogram& histogram, std::size_t lines) {
  const std::uint64_t low = histogram.min();
  const std::uint64_t high = std::max(histogram.percentile(kMostShown), low + 1);
  const std::size_t spread = lines - 1;
  const double step = static_cast<double>(high - low) / static_cast<double>(spread);
  std::vector<Bin> bins(lines);
  for (std::size_t i = 0; i < spread; ++i) {
    bins[i].label = "from " + in_us(low + static_cast<std::uint64_t>(step * static_cast<double>(i))) + " us";
  }
  bins[spread].label = "above " + in_us(high) + " us";
  bins[spread].count = histogram.overflow();
  for (const Histogram::Cell& cell : histogram.cells()) {
    const double place = cell.lowest < low ? 0 : static_cast<double>(cell.lowest - low) / step;
    bins[cell.lowest > high ? spread : std::min(static_cast<std::size_t>(place), spread - 1)].count += cell.count;
  }
  return bins;
}

std::string bar_of(const Bin& bin, std::uint64_t most, std::size_t width) {
  std::string line = bin.label;
  line.resize(std::max<std::size_t>(line.size(), 18), ' ');
  const std::string count = std::to_string(bin.count);
  line += std::string(count.size() < 12 ? 12 - count.size() : 1, ' ') + count + "  ";
  if (bin.count == 0 || width <= kLabel) return line;
  const double share = std::log1p(static_cast<double>(bin.count)) / std::log1p(static_cast<double>(most));
  line.append(std::max<std::size_t>(static_cast<std::size_t>(share * static_cast<double>(width - kLabel)), 1), '#');
  return line;
}

void add_histogram(std::vector<std::string>& lines, const LiveTable& table, std::size_t width, std::size_t room) {
  if (table.rows.empty() || room < kFewestBins + 2) return;
  const LiveRow& row = table.rows[table.shown()];
  const Histogram all = row.all();
  lines.emplace_back();
  lines.push_back(row.name + ", samples on a logarithmic scale");
  if (all.count() == 0) return;
  const std::vector<Bin> bins = bins_of(all, room - 2);
  const std::uint64_t most = std::ranges::max(bins, {}, &Bin::count).count;
  for (const Bin& bin : bins) lines.push_back(bar_of(bin, most, width));
}

}  // namespace

Histogram LiveRow::all() const {
  Histogram sum = earlier;
  sum.merge(now);
  return sum;
}

std::size_t LiveTable::shown() const {
  if (chosen) return *chosen;
  auto found = std::ranges::find_if(rows, [](const LiveRow& row) {
    return row.name.starts_with("rtapi") && row.earlier.count() + row.now.count() > 0;
  });
  if (found == rows.end()) found = std::ranges::find_if(rows, &LiveRow::is_running);
  return found == rows.end() ? 0 : static_cast<std::size_t>(found - rows.begin());
}

void LiveTable::choose_next() {
  if (!rows.empty()) chosen = (shown() + 1) % rows.size();
}

std::vector<std::string> live_frame(const LiveTable& table, std::size_t width, std::size_t height) {
  std::array<char, 64> when{};
  std::snprintf(when.data(), when.size(), "run %d, %.0f s; this picture: ", table.run, table.seconds);
  std::vector<std::string> lines = {table.title, table.conditions, when.data() + table.drawn_on,
                                    row_text("us", {"samples", "p50", "p99", "max"}, width)};
  for (std::size_t i = 0; i < table.rows.size(); ++i) lines.push_back(row_of(table.rows[i], i == table.shown(), width));
  if (lines.size() < height) add_histogram(lines, table, width, height - lines.size());
  if (lines.size() > height) lines.resize(height);
  for (std::string& line : lines) line = cut_to(line, std::max<std::size_t>(width, 1));
  return lines;
}

ResultFile live_result(const LiveTable& table) {
  ResultFile result;
  result.measurements.push_back({table.title, {table.conditions}, table.seconds, {}});
  for (const LiveRow& row : table.rows) {
    const Histogram all = row.all();
    ResultContestant& made = result.measurements.front().contestants.emplace_back();
    made.name = row.name;
    if (all.count() == 0) {
      made.missing = "not measured yet";
      continue;
    }
    const auto ns = [](std::uint64_t ps) {
      return static_cast<double>(ps) / static_cast<double>(kPicosecondsPerNanosecond);
    };
    for (const double percent : kPercentiles) {
      made.percentiles[percentile_label(percent).substr(1)] = ns(all.percentile(percent));
    }
    made.typical = {made.percentiles.at("50")};
    made.max = ns(all.max());
    made.cycles = all.count();
    made.overflow = all.overflow();
    for (const Histogram::Cell& cell : all.cells()) {
      made.histogram[cell.lowest / kPicosecondsPerNanosecond] += cell.count;
    }
  }
  return result;
}

}  // namespace rtss::bench
