// A result as a page that needs nothing else: charts that can be zoomed and read with mouse or keyboard, and tables.
#pragma once

#include <string>

#include "bench/support/result_file.h"

namespace rtss::bench {

std::string to_page(const ResultFile& result);

}  // namespace rtss::bench
