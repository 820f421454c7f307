// What "top" shows, as lines of text: made from a snapshot and the one before it, for a terminal of some size.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tools/rtss/look/chains.h"

namespace rtss::tool {

struct Line {
  std::string text;
  Tone tone = Tone::kPlain;
  bool heading = false;
};

enum class Order : std::uint8_t { kTrouble, kWorst, kContended, kName };
const char* order_word(Order order);
Order next_order(Order order);

struct FrameSettings {
  std::size_t width = 80;
  Order order = Order::kTrouble;
  bool waiters = true;
  bool tree = false;                    // below owners
  bool unnamed = false;                 // all objects without a name, not only mutexes that were fought for
  std::string filter;                   // part of a name or of an owner's command, in any case; empty: all
  std::optional<std::int32_t> process;  // only what it owns or waits for
};

struct Sample {
  Snapshot snapshot;
  std::vector<Chain> deadlocks;
  std::uint64_t at_ms = 0;  // CLOCK_MONOTONIC
};
Sample take_sample(const inspect::View& view);

struct Frame {
  std::vector<Line> head;  // always shown; ends with the heading of the table
  std::vector<Line> rows;  // scrolled
};

class FrameMaker {
 public:
  // The rate of waits comes from the sample before; there is none at first.
  Frame make(const Sample& sample, const FrameSettings& settings);

 private:
  using Identity = std::pair<std::uint32_t, std::uint32_t>;  // slot and generation
  void count_rates(const Sample& sample);

  std::map<Identity, std::uint32_t> contentions_;  // of the latest sample
  std::map<Identity, double> rates_;
  std::uint64_t sampled_ms_ = 0;
};

}  // namespace rtss::tool
