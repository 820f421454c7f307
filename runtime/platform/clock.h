// CLOCK_MONOTONIC in nanoseconds. coarse_ns() is a few nanoseconds to read and up to 5 ms old.
#pragma once

#include <cstdint>

namespace rtss::platform {

std::uint64_t monotonic_ns();
std::uint64_t coarse_ns();

// One breath of a spin.
inline void relax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace rtss::platform
