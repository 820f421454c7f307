// The interval log that HdrHistogram's tools read: version 1.3, histograms encoded as V2, compressed, in base64.
#pragma once

#include <string>

#include "bench/support/result_file.h"

namespace rtss::bench {

// One line for each contestant that was measured, in nanoseconds, three significant digits. The tag is its table and
// its name, with _ for what a tag may not hold.
std::string to_hdr_log(const ResultFile& result);

}  // namespace rtss::bench
