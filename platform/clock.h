// CLOCK_MONOTONIC. In milliseconds it is cheaper to read, up to 10 ms old, and wraps.
#pragma once

#include <cstdint>

namespace rtss::platform {

std::uint64_t monotonic_ns();
std::uint32_t coarse_ms();

// One breath of a spin.
inline void relax() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace rtss::platform
