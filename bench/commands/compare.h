// Two results of the same measurements, before and after a change.
#pragma once

#include <iosfwd>

#include "bench/support/result_file.h"
#include "bench/support/stats.h"

namespace rtss::bench {

enum class Verdict : std::uint8_t { kSame, kFaster, kSlower, kUndecided };

// Slower or faster only where the whole 95 % interval says so and the difference exceeds the tolerance; the same only
// where the whole interval lies within it.
Verdict judge(const Ratio& ratio, double tolerance);

// after ÷ before. The first contestant of a table, its limit, is compared by its times; the others by their ratio to
// the limit of the same round, so that two speeds of the machine do not pass for a difference.
Ratio change(const ResultMeasurement& before, const ResultMeasurement& after, const ResultContestant& contestant);

// False when something of the library's own is slower.
bool write_comparison(std::ostream& out, const ResultFile& before, const ResultFile& after, double tolerance);

}  // namespace rtss::bench
