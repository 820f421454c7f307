// A result as a picture: latency on a linear axis, count on a logarithmic one, all contestants of a table in one panel.
#pragma once

#include <string>

#include "bench/support/result_file.h"

namespace rtss::bench {

inline constexpr const char* kNoGnuplot = "gnuplot is not installed: install the package gnuplot-nox";

bool is_plot_path(const std::string& path);  // ends in .png or .svg

// What to write into a file of that name, by its ending; drawn by gnuplot. Otherwise why not.
struct Drawn {
  std::string content;
  std::string failure;
};
Drawn draw(const ResultFile& result, const std::string& path);

}  // namespace rtss::bench
