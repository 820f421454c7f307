// A measurement as text: a table, the histogram as cyclictest prints it, the worst of each second.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <string>

#include "bench/support/report.h"

namespace rtss::bench {

struct TextOptions {
  bool nanoseconds = false;
  bool series = false;
  bool histogram = false;
  std::uint64_t histogram_limit_us = 100;
  std::size_t width = 0;  // columns of the terminal; 0: as many as the table takes
};

// Maximum first, then percentiles, then the average. On a narrow terminal the least telling columns are left out.
void write_table(std::ostream& out, const Report& report, const TextOptions& options);
void write_environment(std::ostream& out, const Report& report, const TextOptions& options);

// One row for each unit below the limit, one column for each contestant, comments begin with '#'. Scripts that plot
// the output of cyclictest read it.
void write_histogram(std::ostream& out, const Report& report, const TextOptions& options);

std::size_t terminal_width(int descriptor);  // columns; 0: not a terminal
// Cut to so many columns, with a ~ at the end; width 0 cuts nothing.
std::string cut_to(const std::string& text, std::size_t width);

}  // namespace rtss::bench
