#include "bench/support/clock.h"

#include <time.h>

#include <fstream>
#include <string>

namespace rtss::bench {
namespace {

constexpr std::uint64_t kCalibrationNs = 50'000'000;
constexpr int kCostSamples = 1000;

bool counter_is_constant() {
#if defined(__x86_64__)
  std::ifstream cpuinfo("/proc/cpuinfo");
  for (std::string line; std::getline(cpuinfo, line);) {
    if (!line.starts_with("flags")) continue;
    return line.find(" constant_tsc") != std::string::npos && line.find(" nonstop_tsc") != std::string::npos;
  }
#endif
  return false;
}

}  // namespace

std::uint64_t monotonic_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(now.tv_nsec);
}

Clock::Clock() : counter_(counter_is_constant()), scale_(kPicosecondsPerNanosecond << kScaleBits) {
  if (counter_) {
    const std::uint64_t first_ns = monotonic_ns();
    const std::uint64_t first = stamp();
    std::uint64_t last_ns = first_ns;
    while (last_ns - first_ns < kCalibrationNs) last_ns = monotonic_ns();
    const std::uint64_t ticks = stamp() - first;
    const double ps_per_tick =
        static_cast<double>((last_ns - first_ns) * kPicosecondsPerNanosecond) / static_cast<double>(ticks);
    scale_ = static_cast<std::uint64_t>(ps_per_tick * static_cast<double>(std::uint64_t{1} << kScaleBits));
  }
  const std::uint64_t begin = stamp();
  for (int i = 1; i < kCostSamples; ++i) static_cast<void>(stamp());
  start_ = stamp();
  cost_ps_ = picoseconds(begin, start_) / kCostSamples;
}

}  // namespace rtss::bench
