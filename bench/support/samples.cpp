#include "bench/support/samples.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "bench/support/trace_mark.h"

namespace rtss::bench {
namespace {

constexpr std::uint64_t kPicosecondsPerSecond = 1'000'000'000'000;
constexpr int kBrokenOff = 9;  // exit code of a process that broke off

}  // namespace

void Recorded::merge(const Recorded& other) {
  if (other.histogram.max() > histogram.max()) max_at = other.max_at;
  histogram.merge(other.histogram);
  for (const auto& [second, worst] : other.worst_of_second) {
    worst_of_second[second] = std::max(worst_of_second[second], worst);
  }
  if (!broken) broken = other.broken;
}

bool Recorded::is_whole() const {
  if (histogram.count() == 0 || !histogram.is_consistent()) return false;
  const auto worst = std::ranges::max_element(worst_of_second, {}, [](const auto& entry) { return entry.second; });
  return worst != worst_of_second.end() && worst->second == histogram.max();
}

Recorder::Recorder(const Samples& samples, const Clock& clock)
    : samples_(samples),
      clock_(clock),
      histogram_(samples.histogram()),
      max_stamp_(&samples.word(Samples::kMaxStamp)),
      break_above_(samples.word(Samples::kBreakAbove)) {
  go_to_second_of(clock.stamp());
}

void Recorder::go_to_second_of(std::uint64_t stamp) noexcept {
  const std::uint64_t start = samples_.word(Samples::kStart);
  const std::span<std::uint64_t> worst = samples_.worst();
  const std::uint64_t second = clock_.picoseconds(start, stamp) / kPicosecondsPerSecond;
  worst_ = &worst[std::min<std::size_t>(second, worst.size() - 1)];
  second_ends_ = start + clock_.ticks((second + 1) * kPicosecondsPerSecond);
}

void Recorder::break_off(std::uint64_t picoseconds, std::uint64_t now) noexcept {
  stop_trace(picoseconds, break_above_);
  samples_.word(Samples::kBreakStamp) = now;
  samples_.word(Samples::kBreakThread) = static_cast<std::uint64_t>(gettid());
  samples_.word(Samples::kBreakCpu) = static_cast<std::uint64_t>(sched_getcpu());
  samples_.word(Samples::kBreakValue) = picoseconds;
  _exit(kBrokenOff);
}

Samples::Samples(const Clock& clock, std::uint64_t break_above_ps, std::size_t seconds)
    : seconds_(seconds), memory_((kWords + seconds + Histogram::words_needed({})) * sizeof(std::uint64_t)) {
  histogram().clear();
  word(kStart) = clock.stamp();
  word(kBreakAbove) = break_above_ps;
}

Recorded Samples::recorded(const Clock& clock) const {
  Recorded found;
  found.histogram.merge(histogram());
  found.max_at = clock.seconds_at(word(kMaxStamp));
  const double start = clock.seconds_at(word(kStart));
  for (std::size_t i = 0; i < seconds_; ++i) {
    if (worst()[i] == 0) continue;
    std::uint64_t& worst_yet = found.worst_of_second[static_cast<std::uint64_t>(std::floor(start)) + i];
    worst_yet = std::max(worst_yet, worst()[i]);
  }
  if (word(kBreakValue) != 0) {
    found.broken = {word(kBreakValue), clock.seconds_at(word(kBreakStamp)), static_cast<int>(word(kBreakThread)),
                    static_cast<int>(word(kBreakCpu))};
  }
  return found;
}

}  // namespace rtss::bench
