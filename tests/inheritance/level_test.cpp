// RTX levels and the Linux priorities they stand for.
#include "priority/level.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace rtss::priority {
namespace {

const std::vector<Window> kWindows = {{}, {.low = 1, .high = 2}, {.low = 50, .high = 60}, {.low = 97, .high = 98}};

TEST(Level, OfEachKindHasAKeyOfItsOwnThatGrowsWithIt) {
  std::set<Key> keys{kKeyBelowLevels};
  for (int level = kLevelMin; level <= kLevelMax; ++level) {
    EXPECT_TRUE(keys.insert(key_of_level(level)).second) << level;
    EXPECT_EQ(*keys.rbegin(), key_of_level(level));
    EXPECT_EQ(level_of_key(key_of_level(level)), level);
    EXPECT_LT(key_of_level(level), kKeyCount);
  }
  EXPECT_EQ(keys.size(), 129U);
  EXPECT_LT(level_of_key(kKeyBelowLevels), kLevelMin);
}

TEST(Level, MapsOntoTheWindowFromEndToEndWithoutEverFalling) {
  for (const Window window : kWindows) {
    EXPECT_EQ(linux_priority(window, kLevelMin), window.low);
    EXPECT_EQ(linux_priority(window, kLevelMax), window.high);
    for (int level = kLevelMin; level < kLevelMax; ++level) {
      const int step = linux_priority(window, level + 1) - linux_priority(window, level);
      EXPECT_GE(step, 0) << level;
      EXPECT_LE(step, 1) << level;
    }
  }
}

TEST(Level, OfTheDefaultWindowHasTheDocumentedImages) {
  EXPECT_EQ(linux_priority({}, 0), 1);
  EXPECT_EQ(linux_priority({}, 10), 8);
  EXPECT_EQ(linux_priority({}, 64), 49);
  EXPECT_EQ(linux_priority({}, 126), 97);
  EXPECT_EQ(linux_priority({}, 127), 98);
}

TEST(Level, OfAForeignThreadIsTheHighestMappedAtOrBelowItsPriority) {
  for (const Window window : kWindows) {
    for (int priority = window.low; priority <= 99; ++priority) {
      const int level = level_of_linux_priority(window, priority);
      EXPECT_LE(linux_priority(window, level), priority);
      const bool is_highest = level == kLevelMax || linux_priority(window, level + 1) > priority;
      EXPECT_TRUE(is_highest) << level << " for " << priority;
    }
  }
}

TEST(Level, OfAForeignThreadBelowTheWindowIsTheLowest) {
  EXPECT_EQ(level_of_linux_priority({.low = 50, .high = 60}, 49), kLevelMin);
  EXPECT_EQ(level_of_linux_priority({.low = 50, .high = 60}, 1), kLevelMin);
}

TEST(Window, LeavesTheHighestPriorityToTheReapers) {
  EXPECT_TRUE(is_valid({}));
  EXPECT_TRUE(is_valid({.low = 1, .high = 98}));
  EXPECT_FALSE(is_valid({.low = 1, .high = 99}));
  EXPECT_FALSE(is_valid({.low = 0, .high = 98}));
  EXPECT_FALSE(is_valid({.low = 30, .high = 30}));
  EXPECT_FALSE(is_valid({.low = 31, .high = 30}));
}

}  // namespace
}  // namespace rtss::priority
