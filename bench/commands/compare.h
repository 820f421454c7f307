// Two results of the same measurements, before and after a change.
#pragma once

#include <cstdint>
#include <iosfwd>

#include "bench/support/result_file.h"
#include "bench/support/stats.h"

namespace rtss::bench {

enum class Verdict : std::uint8_t { kSame, kFaster, kSlower, kUndecided };

// Slower or faster only where the whole 95 % interval says so and the difference exceeds the tolerance; the same only
// where the whole interval lies within it; undecided also where there is no interval.
Verdict judge(const Ratio& ratio, double tolerance);

// after ÷ before. The first contestant of a table, its limit, is compared by its times; the others by their ratio to
// the limit of the same round, so that two speeds of the machine do not pass for a difference.
Ratio change(const ResultMeasurement& before, const ResultMeasurement& after, const ResultContestant& contestant);

// kSlower: something of the library's own is. Otherwise kIncomplete: something of its own was measured before and not
// after, in a table that both have; or nothing was measured in both.
enum class Comparison : std::uint8_t { kGood, kIncomplete, kSlower };
Comparison write_comparison(std::ostream& out, const ResultFile& before, const ResultFile& after, double tolerance);

}  // namespace rtss::bench
