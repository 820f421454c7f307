#include "bench/support/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <vector>

namespace rtss::bench {
namespace {

constexpr Histogram::Range kSmallRange{1'000'000, 5};
constexpr double kPercents[] = {0.001, 1, 25, 50, 75, 90, 99, 99.9, 99.99, 99.999, 100};

// What a histogram must agree with: every value kept, sorted.
class Sorted {
 public:
  explicit Sorted(std::vector<std::uint64_t> values) : values_(std::move(values)) { std::ranges::sort(values_); }
  [[nodiscard]] std::uint64_t percentile(double percent) const {
    const double rank = std::ceil(static_cast<double>(values_.size()) * percent / 100.0);
    return values_[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
  }
  [[nodiscard]] const std::vector<std::uint64_t>& values() const { return values_; }

 private:
  std::vector<std::uint64_t> values_;
};

std::vector<std::uint64_t> log_uniform_values(std::size_t count, double highest, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> exponent(0, std::log(highest));
  std::vector<std::uint64_t> values(count);
  std::ranges::generate(values, [&] { return static_cast<std::uint64_t>(std::exp(exponent(random))); });
  return values;
}

Histogram recorded(const Histogram::Range& range, const std::vector<std::uint64_t>& values) {
  Histogram histogram(range);
  for (const std::uint64_t value : values) histogram.record(value);
  return histogram;
}

void expect_agreement(const Histogram& histogram, const Sorted& sorted, const Histogram::Range& range) {
  const auto& values = sorted.values();
  EXPECT_EQ(histogram.count(), values.size());
  EXPECT_EQ(histogram.min(), values.front());
  EXPECT_EQ(histogram.max(), values.back());
  const auto sum = static_cast<double>(std::accumulate(values.begin(), values.end(), std::uint64_t{0}));
  EXPECT_DOUBLE_EQ(histogram.mean(), sum / static_cast<double>(values.size()));
  const auto above = std::ranges::count_if(values, [&](std::uint64_t value) { return value > range.highest; });
  EXPECT_EQ(histogram.overflow(), static_cast<std::uint64_t>(above));
  for (const double percent : kPercents) {
    const std::uint64_t exact = sorted.percentile(percent);
    const std::uint64_t widest_cell = exact >> range.precision_bits;
    EXPECT_GE(histogram.percentile(percent), exact) << "percent " << percent;
    if (exact <= range.highest) {
      EXPECT_LE(histogram.percentile(percent), exact + widest_cell) << "percent " << percent;
    } else {
      EXPECT_EQ(histogram.percentile(percent), histogram.max()) << "percent " << percent;
    }
  }
  EXPECT_TRUE(histogram.is_consistent());
}

TEST(Histogram, AgreesWithSortingEveryValue) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto values = log_uniform_values(20000, 1e6, seed);

    const Histogram histogram = recorded(kSmallRange, values);

    expect_agreement(histogram, Sorted(values), kSmallRange);
  }
}

TEST(Histogram, AgreesWithSortingInItsDefaultRange) {
  const Histogram::Range range;
  const auto values = log_uniform_values(50000, 1e13, 7);

  const Histogram histogram = recorded(range, values);

  expect_agreement(histogram, Sorted(values), range);
}

TEST(Histogram, CountsWhatExceedsItsRangeAndKeepsTheExactMaximum) {
  const auto values = log_uniform_values(20000, 1e8, 3);

  const Histogram histogram = recorded(kSmallRange, values);

  ASSERT_GT(histogram.overflow(), 0U);
  expect_agreement(histogram, Sorted(values), kSmallRange);
}

TEST(Histogram, PutsEveryValueIntoACellThatContainsIt) {
  constexpr Histogram::Range kRange{5000, 3};
  std::uint64_t next = 0;
  for (std::uint64_t value = 0; value <= kRange.highest; ++value) {
    const auto cells = recorded(kRange, {value}).cells();

    ASSERT_EQ(cells.size(), 1U) << value;
    EXPECT_EQ(cells[0].count, 1U);
    EXPECT_LE(cells[0].lowest, value);
    EXPECT_GE(cells[0].highest, value);
    EXPECT_LE((cells[0].highest - cells[0].lowest) << kRange.precision_bits, value);
    if (value == next) {
      EXPECT_EQ(cells[0].lowest, next) << "cells overlap or leave a gap";
      next = cells[0].highest + 1;
    }
  }
}

TEST(Histogram, MergeEqualsRecordingEverythingIntoOne) {
  const auto one = log_uniform_values(5000, 1e7, 11);
  const auto two = log_uniform_values(9000, 1e4, 12);
  std::vector<std::uint64_t> both(one);
  both.insert(both.end(), two.begin(), two.end());
  Histogram merged = recorded(kSmallRange, one);

  merged.merge(recorded(kSmallRange, two));

  expect_agreement(merged, Sorted(both), kSmallRange);
}

TEST(Histogram, KeepsItsContentsInWordsHandedToIt) {
  std::vector<std::uint64_t> words(Histogram::words_needed(kSmallRange));
  const auto values = log_uniform_values(1000, 1e6, 5);
  {
    Histogram writer(kSmallRange, words);
    writer.clear();
    for (const std::uint64_t value : values) writer.record(value);
  }

  const Histogram reader(kSmallRange, words);

  expect_agreement(reader, Sorted(values), kSmallRange);
}

TEST(Histogram, EmptyHasOnlyZeroes) {
  const Histogram histogram(kSmallRange);

  EXPECT_EQ(histogram.count(), 0U);
  EXPECT_EQ(histogram.min(), 0U);
  EXPECT_EQ(histogram.max(), 0U);
  EXPECT_EQ(histogram.percentile(50), 0U);
  EXPECT_TRUE(histogram.cells().empty());
  EXPECT_TRUE(histogram.is_consistent());
}

TEST(Histogram, NoticesWhenACellWasLost) {
  std::vector<std::uint64_t> words(Histogram::words_needed(kSmallRange));
  Histogram histogram(kSmallRange, words);
  histogram.clear();
  histogram.record(3);
  ASSERT_TRUE(histogram.is_consistent());

  words.back() += 1;

  EXPECT_FALSE(histogram.is_consistent());
}

}  // namespace
}  // namespace rtss::bench
