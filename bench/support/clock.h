// Time stamps for measuring, cheap enough to stand inside a hand-off: the processor's counter where it runs at a
// constant rate, CLOCK_MONOTONIC elsewhere. Stamps of all CPUs and processes of one machine can be subtracted.
#pragma once

#include <cstdint>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

namespace rtss::bench {

inline constexpr std::uint64_t kPicosecondsPerNanosecond = 1000;

std::uint64_t monotonic_ns();

class Clock {
 public:
  // Calibrates, which takes a moment. Copies made by fork stay valid.
  Clock();

  [[nodiscard]] std::uint64_t stamp() const {
#if defined(__x86_64__)
    if (counter_) return __rdtsc();
#endif
    return monotonic_ns();
  }
  // Difference of two stamps; 0 where the later one is smaller (stamps of two CPUs may be off by a few ticks).
  [[nodiscard]] std::uint64_t picoseconds(std::uint64_t earlier, std::uint64_t later) const {
    if (later <= earlier) return 0;
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>((static_cast<Wide>(later - earlier) * scale_) >> kScaleBits);
  }
  // The inverse: stamps that pass in a time.
  [[nodiscard]] std::uint64_t ticks(std::uint64_t picoseconds) const {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>((static_cast<Wide>(picoseconds) << kScaleBits) / scale_);
  }
  // Seconds from the making of the clock to a stamp.
  [[nodiscard]] double seconds_at(std::uint64_t stamp) const {
    return static_cast<double>(picoseconds(start_, stamp)) / 1e12;
  }
  [[nodiscard]] const char* source() const { return counter_ ? "processor counter" : "CLOCK_MONOTONIC"; }
  [[nodiscard]] std::uint64_t cost_ps() const { return cost_ps_; }  // of one stamp

 private:
  static constexpr unsigned kScaleBits = 32;
  bool counter_ = false;
  std::uint64_t scale_ = 0;  // picoseconds per tick, times 2^kScaleBits
  std::uint64_t cost_ps_ = 0;
  std::uint64_t start_ = 0;
};

}  // namespace rtss::bench
