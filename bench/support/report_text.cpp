#include "bench/support/report_text.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <iomanip>
#include <map>
#include <ostream>
#include <sstream>
#include <vector>

#include "bench/support/clock.h"

namespace rtss::bench {
namespace {

constexpr double kPicosecondsPerMicrosecond = 1e6;
constexpr std::size_t kNameWidth = 44;
constexpr std::size_t kNumberWidth = 11;
constexpr std::size_t kNarrowestName = 16;

double scaled(double picoseconds, const TextOptions& options) {
  return picoseconds /
         (options.nanoseconds ? static_cast<double>(kPicosecondsPerNanosecond) : kPicosecondsPerMicrosecond);
}

std::string number_text(double picoseconds, const TextOptions& options) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(options.nanoseconds ? 1 : 3) << scaled(picoseconds, options);
  return text.str();
}

std::string padded(const std::string& text, std::size_t width) {
  return text + std::string(text.size() < width ? width - text.size() : 0, ' ');
}

std::string to_the_right(const std::string& text, std::size_t width) {
  return std::string(text.size() < width ? width - text.size() : 0, ' ') + text;
}

// Broken between words into lines of at most so many columns, each with this indentation.
void write_wrapped(std::ostream& out, const std::string& text, std::size_t indentation, std::size_t width) {
  const std::string margin(indentation, ' ');
  if (width == 0) {
    out << margin << text << '\n';
    return;
  }
  std::istringstream words(text);
  std::string line = margin;
  for (std::string word; words >> word;) {
    if (line.size() > indentation && line.size() + 1 + word.size() > width) {
      out << line << '\n';
      line = margin;
    }
    line += (line.size() > indentation ? " " : "") + word;
    for (; line.size() > width; line = margin + line.substr(width)) out << line.substr(0, width) << '\n';
  }
  out << line << '\n';
}

struct Column {
  std::string heading;
  std::size_t rank;                // the highest is left out first; 0: never
  std::vector<std::string> cells;  // one for each contestant, empty if it was not measured
  std::size_t width = 0;           // set by fitting()
};

Column column(const Report& report, std::string heading, std::size_t rank, auto cell_of) {
  Column made{std::move(heading), rank, {}};
  for (const ContestantReport& contestant : report.contestants) {
    made.cells.push_back(contestant.failure.empty() ? cell_of(contestant) : "");
  }
  return made;
}

std::vector<Column> columns_of(const Report& report, const TextOptions& options) {
  constexpr std::size_t kRanks[] = {2, 6, 1, 3, 4, 5};  // of the percentiles
  const auto number = [&](double picoseconds) { return number_text(picoseconds, options); };
  std::vector<Column> columns;
  columns.push_back(column(report, "max", 0, [&](const auto& contestant) {
    return number(static_cast<double>(contestant.recorded.histogram.max()));
  }));
  for (std::size_t i = 0; i < kPercentiles.size(); ++i) {
    columns.push_back(column(report, percentile_label(kPercentiles[i]), kRanks[i], [&](const auto& contestant) {
      return number(static_cast<double>(contestant.recorded.histogram.percentile(kPercentiles[i])));
    }));
  }
  columns.push_back(
      column(report, "avg", 7, [&](const auto& contestant) { return number(contestant.recorded.histogram.mean()); }));
  columns.push_back(column(report, report.typical, 0, [&](const auto& contestant) {
    return number(median(contestant.medians_ns) * static_cast<double>(kPicosecondsPerNanosecond));
  }));
  columns.push_back(column(report, "x first [95 %]", 0,
                           [&](const auto& contestant) { return to_text(ratio_to_limit(report, contestant), 2); }));
  return columns;
}

std::size_t widest_cell(const Column& column) {
  std::size_t width = column.heading.size();
  for (const std::string& cell : column.cells) width = std::max(width, cell.size());
  return width;
}

// The columns that fit beside the names; the rest are named in `left_out`.
std::vector<Column> fitting(std::vector<Column> columns, std::size_t& name_width, const TextOptions& options,
                            std::string& left_out) {
  std::size_t numbers = 0;
  for (Column& column : columns) {
    const std::size_t least = widest_cell(column) + 1;
    column.width = options.width == 0 ? std::max(least, kNumberWidth) : least;
    numbers += column.width;
  }
  if (options.width == 0) return columns;
  while (std::min(name_width, kNarrowestName) + numbers > options.width) {
    const auto least = std::ranges::max_element(columns, {}, &Column::rank);
    if (least->rank == 0) break;
    left_out += (left_out.empty() ? "" : ", ") + least->heading;
    numbers -= least->width;
    columns.erase(least);
  }
  const std::size_t room = options.width > numbers ? options.width - numbers : 0;
  name_width = std::min(name_width, std::max(room, std::size_t{1}));
  return columns;
}

// A row for each second that has samples of a contestant, a column for each contestant.
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
    for (const std::uint64_t value : worst) out << '\t' << number_text(static_cast<double>(value), options);
    out << '\n';
  }
}

// Counts by row, with those at the limit and above in one more at the end.
std::vector<std::uint64_t> counts_by_row(const Histogram& histogram, double unit, std::uint64_t limit) {
  std::vector<std::uint64_t> counts(limit + 1, 0);
  for (const Histogram::Cell& cell : histogram.cells()) {
    counts[std::min(static_cast<std::uint64_t>(static_cast<double>(cell.lowest) / unit), limit)] += cell.count;
  }
  counts[limit] += histogram.overflow();
  return counts;
}

}  // namespace

std::size_t terminal_width(int descriptor) {
  winsize size{};
  return isatty(descriptor) != 0 && ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

std::string cut_to(const std::string& text, std::size_t width) {
  return width == 0 || text.size() <= width ? text : text.substr(0, width - 1) + '~';
}

void write_table(std::ostream& out, const Report& report, const TextOptions& options) {
  write_wrapped(out, report.title, 0, options.width);
  for (const std::string& condition : report.conditions) write_wrapped(out, condition, 2, options.width);
  std::size_t name_width = 0;
  for (const ContestantReport& contestant : report.contestants) {
    name_width = std::max(name_width, contestant.name.size());
  }
  name_width = options.width == 0 ? std::max(name_width, kNameWidth) : name_width;
  std::string left_out;
  const std::vector<Column> columns = fitting(columns_of(report, options), name_width, options, left_out);
  const auto write_line = [&](const std::string& name, auto text_of) {
    std::string line = padded(cut_to(name, name_width), name_width);
    for (const Column& column : columns) line += to_the_right(text_of(column), column.width);
    line.erase(line.find_last_not_of(' ') + 1);
    out << line << '\n';
  };
  write_line(options.nanoseconds ? "ns" : "us", [](const Column& column) { return column.heading; });
  for (std::size_t i = 0; i < report.contestants.size(); ++i) {
    const ContestantReport& contestant = report.contestants[i];
    if (contestant.failure.empty()) {
      write_line(contestant.name, [&](const Column& column) { return column.cells[i]; });
    } else {
      const std::string name = padded(cut_to(contestant.name, name_width), name_width);
      out << cut_to(name + "  not measured: " + contestant.failure, options.width) << '\n';
    }
  }
  if (!left_out.empty()) write_wrapped(out, "not shown in this width: " + left_out, 2, options.width);
  if (options.series) write_series(out, report, options);
}

void write_histogram(std::ostream& out, const Report& report, const TextOptions& options) {
  const double unit = options.nanoseconds ? 1e3 : kPicosecondsPerMicrosecond;
  const std::uint64_t limit = options.histogram_limit_us;
  std::vector<const ContestantReport*> measured;
  std::vector<std::vector<std::uint64_t>> counts;
  out << "# " << report.title << '\n';
  for (const ContestantReport& contestant : report.contestants) {
    if (!contestant.failure.empty()) continue;
    out << "# Column " << measured.size() + 2 << ": " << contestant.name << '\n';
    measured.push_back(&contestant);
    counts.push_back(counts_by_row(contestant.recorded.histogram, unit, limit));
  }
  out << "# Histogram\n" << std::setfill('0');
  for (std::uint64_t row = 0; row < limit; ++row) {
    out << std::setw(6) << row;
    for (const auto& column : counts) out << '\t' << std::setw(6) << column[row];
    out << '\n';
  }
  const auto line = [&](const char* label, int width, auto value_of) {
    out << "# " << label << ':';
    for (std::size_t i = 0; i < measured.size(); ++i) out << ' ' << std::setw(width) << value_of(i);
    out << '\n';
  };
  const auto whole = [&](double picoseconds) { return static_cast<std::uint64_t>(picoseconds / unit); };
  const auto histogram = [&](std::size_t i) -> const Histogram& { return measured[i]->recorded.histogram; };
  line("Total", 9, [&](std::size_t i) { return histogram(i).count(); });
  line("Min Latencies", 5, [&](std::size_t i) { return whole(static_cast<double>(histogram(i).min())); });
  line("Avg Latencies", 5, [&](std::size_t i) { return whole(histogram(i).mean()); });
  line("Max Latencies", 5, [&](std::size_t i) { return whole(static_cast<double>(histogram(i).max())); });
  line("Histogram Overflows", 5, [&](std::size_t i) { return counts[i][limit]; });
  out << std::setfill(' ');
}

void write_environment(std::ostream& out, const Report& report, const TextOptions& options) {
  for (const auto& [name, value] : report.environment) {
    out << cut_to(padded(name, 22) + value, options.width) << '\n';
  }
}

}  // namespace rtss::bench
