// Memory shared by the test and all its peers, threads or processes: counters, flags and a meeting point.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace rtss::test {

struct Arena {
  static constexpr std::size_t kWords = 1024;
  std::array<std::atomic<std::uint32_t>, kWords> words;
  std::array<std::uint64_t, kWords> plain;  // protected by whatever the test tests

  void clear();

  // Waits until `parties` callers have arrived here `round + 1` times each.
  void meet(std::size_t word, std::uint32_t parties, std::uint32_t round = 0);
};

// Mapped before the first process peer is made, at one address in all of them.
void map_arena();
Arena& arena();

}  // namespace rtss::test
