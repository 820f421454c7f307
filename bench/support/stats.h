// What a handful of repetitions says: medians, and how far their ratio can be trusted.
#pragma once

#include <span>

namespace rtss::bench {

// The middle value (mean of the two middle ones). 0 for no values.
double median(std::span<const double> values);

struct Ratio {
  double value = 0;  // median(numerators) / median(denominators)
  double low = 0;    // 95 % bootstrap interval; equal to value with fewer than three repetitions
  double high = 0;
};

// Deterministic: the resampling uses a fixed seed, so the same measurement always prints the same interval.
Ratio ratio_of_medians(std::span<const double> numerators, std::span<const double> denominators);

}  // namespace rtss::bench
