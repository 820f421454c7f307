// What one recording thread found: a histogram, the worst value of each second, when the maximum was, and the value
// that was too much. It records into memory that the asking process shares, and that outlives the recorder's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>

#include "bench/support/clock.h"
#include "bench/support/histogram.h"
#include "bench/support/realtime.h"

namespace rtss::bench {

// A value above the limit that was to end the measurement.
struct Break {
  std::uint64_t picoseconds = 0;
  double at_second = 0;  // since the clock was made, as every time below
  int thread = 0;
  int cpu = 0;
};

// What was recorded, in the asking process's own memory.
struct Recorded {
  Histogram histogram{Histogram::Range{}};
  std::map<std::uint64_t, std::uint64_t> worst_of_second;  // picoseconds; seconds without a value are absent
  double max_at = 0;
  std::optional<Break> broken;

  void merge(const Recorded& other);
  // There are samples, and all of them complete: a process that is killed may leave its last one half recorded.
  [[nodiscard]] bool is_whole() const;
};

class Samples;

// The writing end, in the thread that measures. O(1), allocates nothing.
class Recorder {
 public:
  Recorder(const Samples& samples, const Clock& clock);

  void record(std::uint64_t picoseconds, std::uint64_t now) noexcept {
    if (now >= second_ends_) [[unlikely]]
      go_to_second_of(now);
    if (picoseconds > *worst_) *worst_ = picoseconds;
    if (picoseconds > histogram_.max()) *max_stamp_ = now;
    histogram_.record(picoseconds);
    if (picoseconds > break_above_) [[unlikely]]
      break_off(picoseconds, now);
  }

 private:
  void go_to_second_of(std::uint64_t stamp) noexcept;
  [[noreturn]] void break_off(std::uint64_t picoseconds, std::uint64_t now) noexcept;

  const Samples& samples_;
  const Clock& clock_;
  Histogram histogram_;
  std::uint64_t* max_stamp_;
  std::uint64_t* worst_ = nullptr;
  std::uint64_t second_ends_ = 0;  // stamp
  std::uint64_t break_above_;
};

// Called about once a second during a recording with the samples so far.
using Watch = std::function<void(const Histogram& so_far)>;

// One recorder's memory.
class Samples {
 public:
  static constexpr std::uint64_t kNeverBreak = UINT64_MAX;
  static constexpr std::size_t kSeconds = 150;  // more than any run of a measurement may last, unless it says so

  explicit Samples(const Clock& clock, std::uint64_t break_above_ps = kNeverBreak, std::size_t seconds = kSeconds);
  [[nodiscard]] Recorded recorded(const Clock& clock) const;
  // Those so far, during a recording: a view.
  [[nodiscard]] Histogram histogram() const { return {{}, all().subspan(kWords + seconds_)}; }

 private:
  friend class Recorder;
  enum Word : std::size_t { kStart, kMaxStamp, kBreakAbove, kBreakValue, kBreakStamp, kBreakThread, kBreakCpu, kWords };

  [[nodiscard]] std::uint64_t& word(Word which) const { return all()[which]; }
  [[nodiscard]] std::span<std::uint64_t> worst() const { return all().subspan(kWords, seconds_); }
  [[nodiscard]] std::span<std::uint64_t> all() const {
    return {static_cast<std::uint64_t*>(memory_.data()), memory_.size() / sizeof(std::uint64_t)};
  }

  std::size_t seconds_;
  SharedMemory memory_;
};

}  // namespace rtss::bench
