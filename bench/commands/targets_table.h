// What the library is to reach, as ratios within one run, and whether a result shows it.
#pragma once

#include <iosfwd>

#include "bench/support/result_file.h"

namespace rtss::bench {

void write_targets(std::ostream& out, const ResultFile& result);
void write_targets_as_markdown(std::ostream& out, const ResultFile& result);  // with the environment

}  // namespace rtss::bench
