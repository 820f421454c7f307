#include "bench/support/stats.h"

#include <gtest/gtest.h>

#include <vector>

namespace rtss::bench {
namespace {

TEST(Stats, MedianIsTheMiddleValueWhateverTheOrder) {
  EXPECT_DOUBLE_EQ(median(std::vector<double>{5, 1, 9}), 5);
  EXPECT_DOUBLE_EQ(median(std::vector<double>{9, 1, 5, 3}), 4);
  EXPECT_DOUBLE_EQ(median(std::vector<double>{}), 0);
}

TEST(Stats, RatioOfMediansIgnoresOneWildRepetition) {
  const std::vector<double> ours{12, 11, 13, 12, 900};
  const std::vector<double> limit{10, 10, 11, 9, 10};

  const Ratio ratio = ratio_of_medians(ours, limit);

  EXPECT_DOUBLE_EQ(ratio.value, 1.2);
}

TEST(Stats, IntervalEnclosesTheRatioAndExcludesOneForAClearDifference) {
  const std::vector<double> ours{20, 21, 20.5, 19.5, 20.2, 20.1, 20.4};
  const std::vector<double> limit{10, 10.2, 9.8, 10.1, 10.3, 9.9, 10};

  const Ratio ratio = ratio_of_medians(ours, limit);

  EXPECT_LE(ratio.low, ratio.value);
  EXPECT_GE(ratio.high, ratio.value);
  EXPECT_GT(ratio.low, 1.8);
  EXPECT_LT(ratio.high, 2.2);
}

TEST(Stats, IntervalOfEqualSamplesContainsOne) {
  const std::vector<double> values{10, 11, 9, 10.5, 9.5, 10.2, 9.9};

  const Ratio ratio = ratio_of_medians(values, values);

  EXPECT_LE(ratio.low, 1);
  EXPECT_GE(ratio.high, 1);
}

}  // namespace
}  // namespace rtss::bench
