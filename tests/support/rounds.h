// Counts the rounds of a race: so many, or fewer on a machine too busy to run them all in the time allotted. Nothing is
// asserted about time.
#pragma once

#include <sched.h>

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "tests/support/arena.h"

namespace rtss::test {

class Rounds {
 public:
  explicit Rounds(std::uint32_t most) : most_(most) {}

  // Rounds are numbered from 1.
  bool next() {
    if (round_ == most_ || (round_ != 0 && std::chrono::steady_clock::now() >= end_)) return false;
    ++round_;
    return true;
  }
  [[nodiscard]] std::uint32_t round() const { return round_; }
  [[nodiscard]] bool ran_all() const { return round_ == most_; }

 private:
  static constexpr std::chrono::seconds kAllotted{5};
  std::uint32_t most_;
  std::uint32_t round_ = 0;
  std::chrono::steady_clock::time_point end_ = std::chrono::steady_clock::now() + kAllotted;
};

// One side calls the rounds, the other follows; either may be a peer. `word` is theirs alone.
inline constexpr std::uint32_t kNoMoreRounds = 0xFFFF'FFFF;
inline void call_round(std::size_t word, std::uint32_t round) { arena().words[word].store(round); }
inline void call_end(std::size_t word) { arena().words[word].store(kNoMoreRounds); }

// False when there is no such round.
inline bool follow_round(std::size_t word, std::uint32_t round) {
  std::uint32_t called = 0;
  while ((called = arena().words[word].load()) < round) sched_yield();
  return called != kNoMoreRounds;
}

}  // namespace rtss::test
