// RTX levels and their Linux image.
//
// A Key is what queues order by: 0 for a thread below every level (not a real-time policy, no level set), else the RTX
// level + 1. All 128 levels are distinct keys; only the scheduler sees the folded SCHED_FIFO priority.
#pragma once

#include <cstdint>

namespace rtss::priority {

inline constexpr int kLevelMin = 0;
inline constexpr int kLevelMax = 127;

using Key = std::uint8_t;
inline constexpr Key kKeyBelowLevels = 0;
inline constexpr int kKeyCount = kLevelMax + 2;

constexpr Key key_of_level(int level) { return static_cast<Key>(level + 1); }
constexpr int level_of_key(Key key) { return static_cast<int>(key) - 1; }  // -1 below every level

// The SCHED_FIFO priorities that levels 0 and 127 map to; fixed when a namespace is created.
struct Window {
  int low = 1;
  int high = 98;  // 99 is left to the reapers
};
constexpr bool is_valid(Window window) { return window.low >= 1 && window.low < window.high && window.high <= 98; }

// Monotone: low + level * (high - low) / 127.
int linux_priority(Window window, int level);

// The highest level mapped at or below a SCHED_FIFO or SCHED_RR priority; level 0 if there is none.
int level_of_linux_priority(Window window, int priority);

}  // namespace rtss::priority
