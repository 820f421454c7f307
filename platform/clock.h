// CLOCK_MONOTONIC, as the C library itself reads it: a preloaded library that fakes the time (libfaketime) changes no
// wait. In milliseconds it is cheaper to read, up to 10 ms old, and wraps.
#pragma once

#include <cstdint>

namespace rtss::platform {

std::uint64_t monotonic_ns();
std::uint32_t coarse_ms();

// Sleeps until then, whatever signals come. A cancellation point.
void sleep_until(std::uint64_t monotonic_ns);

// One breath of a spin.
inline void relax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace rtss::platform
