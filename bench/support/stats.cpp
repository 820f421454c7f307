#include "bench/support/stats.h"

#include <algorithm>
#include <cstddef>
#include <iomanip>
#include <random>
#include <sstream>
#include <vector>

namespace rtss::bench {
namespace {

constexpr std::size_t kResamples = 2000;
constexpr std::size_t kFewestForInterval = 3;

std::vector<double> resample(std::span<const double> values, std::mt19937_64& random) {
  std::uniform_int_distribution<std::size_t> pick(0, values.size() - 1);
  std::vector<double> drawn(values.size());
  std::ranges::generate(drawn, [&] { return values[pick(random)]; });
  return drawn;
}

double quotient(double numerator, double denominator) { return denominator == 0 ? 0 : numerator / denominator; }

}  // namespace

std::string to_text(const Ratio& ratio, int decimals) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(decimals) << ratio.value;
  if (ratio.has_interval) text << " [" << ratio.low << ", " << ratio.high << ']';
  return text.str();
}

double median(std::span<const double> values) {
  if (values.empty()) return 0;
  std::vector<double> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  const std::size_t middle = sorted.size() / 2;
  return sorted.size() % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

Ratio ratio_of_medians(std::span<const double> numerators, std::span<const double> denominators) {
  const double value = quotient(median(numerators), median(denominators));
  if (std::min(numerators.size(), denominators.size()) < kFewestForInterval) return {value, value, value, false};
  std::mt19937_64 random(20240117);
  std::vector<double> ratios(kResamples);
  std::ranges::generate(ratios, [&] {
    const double numerator = median(resample(numerators, random));
    return quotient(numerator, median(resample(denominators, random)));
  });
  std::ranges::sort(ratios);
  return {value, ratios[kResamples / 40], ratios[kResamples - 1 - kResamples / 40]};
}

}  // namespace rtss::bench
