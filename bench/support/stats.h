// What a handful of repetitions says: medians, and how far their ratio can be trusted.
#pragma once

#include <span>
#include <string>

namespace rtss::bench {

// The middle value (mean of the two middle ones). 0 for no values.
double median(std::span<const double> values);

struct Ratio {
  double value = 0;  // median(numerators) / median(denominators)
  double low = 0;    // 95 % bootstrap interval; equal to value where there is none
  double high = 0;
  bool has_interval = true;  // false with fewer than three repetitions: they decide nothing
};

std::string to_text(const Ratio& ratio, int decimals);  // "1.20 [1.10, 1.30]", or the value alone

// Deterministic: the resampling uses a fixed seed, so the same measurement always prints the same interval.
Ratio ratio_of_medians(std::span<const double> numerators, std::span<const double> denominators);

}  // namespace rtss::bench
