// A result as a picture: latency on a linear axis, count on a logarithmic one, all contestants of a table in one panel.
#pragma once

#include <string>

#include "bench/support/result_file.h"

namespace rtss::bench {

// The kind follows from the file's ending: .png, .svg, or .html (the picture with its figures, in one file). Drawn by
// gnuplot. Empty when it was written, otherwise why not.
std::string draw(const ResultFile& result, const std::string& path);
bool is_plot_path(const std::string& path);

}  // namespace rtss::bench
