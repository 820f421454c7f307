// A clock for what is timed on every hand-off: the processor's counter where the kernel itself keeps the time by it,
// because a look at it costs less, else CLOCK_MONOTONIC. Its zero is anywhere, the same for all processes; the counter
// goes on while the machine is suspended.
#pragma once

#include <cstdint>

#include "platform/clock.h"

namespace rtss::platform {

inline constexpr int kCounterScaleBits = 32;

struct BothClocks {  // at one moment
  std::uint64_t ticks;
  std::uint64_t ns;
};
BothClocks read_both_clocks();

// Nanoseconds per tick, times 2^kCounterScaleBits, measured from `first` on to some 0.01 %; 0: there is no such
// counter. Opens a file, and sleeps until a millisecond has passed since `first`: not for real-time paths.
std::uint64_t measure_counter_scale(const BothClocks& first);

// All who compare times use one scale.
inline std::uint64_t counter_ns([[maybe_unused]] std::uint64_t scale) {
#if defined(__x86_64__)
  __extension__ using Wide = unsigned __int128;
  if (scale != 0) [[likely]]
    return static_cast<std::uint64_t>((static_cast<Wide>(__builtin_ia32_rdtsc()) * scale) >> kCounterScaleBits);
#endif
  return monotonic_ns();
}

}  // namespace rtss::platform
