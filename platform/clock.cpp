#include "platform/clock.h"

#include <ctime>

#include "platform/deadline.h"

namespace rtss::platform {

namespace {

std::uint64_t read(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(now.tv_nsec);
}

}  // namespace

std::uint64_t monotonic_ns() { return read(CLOCK_MONOTONIC); }
std::uint32_t coarse_ms() { return static_cast<std::uint32_t>(read(CLOCK_MONOTONIC_COARSE) / 1'000'000U); }

Deadline Deadline::after(Timeout timeout) {
  if (timeout.is_never()) return never();
  const std::uint64_t now = monotonic_ns();
  return Deadline{timeout.ns() < kNever - 1 - now ? now + timeout.ns() : kNever - 1};
}

}  // namespace rtss::platform
