#include "platform/counter.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <string_view>

#include "platform/descriptor.h"
#endif

namespace rtss::platform {

#if defined(__x86_64__)

namespace {

constexpr std::uint64_t kMeasuredNs = 1'000'000;

// It runs at one rate in all states of the processor, and the kernel found the processors' counters in step.
bool is_steady() {
  constexpr unsigned kPowerLeaf = 0x8000'0007;
  constexpr unsigned kInvariant = 1U << 8;
  unsigned a = 0;
  unsigned b = 0;
  unsigned c = 0;
  unsigned d = 0;
  if (__get_cpuid(kPowerLeaf, &a, &b, &c, &d) == 0 || (d & kInvariant) == 0) return false;
  const Descriptor file = open_file("/sys/devices/system/clocksource/clocksource0/current_clocksource", O_RDONLY);
  std::array<char, 32> text{};
  if (!file || read(file.get(), text.data(), text.size() - 1) <= 0) return false;
  const std::string_view source(text.data());
  return source == "tsc\n" || source == "kvm-clock\n" || source == "hyperv_clocksource_tsc_page\n";
}

}  // namespace

// Of several readings the one that took least.
BothClocks read_both_clocks() {
  constexpr int kReadings = 8;
  BothClocks best{};
  std::uint64_t least = ~std::uint64_t{0};
  for (int i = 0; i < kReadings; ++i) {
    const std::uint64_t before = __builtin_ia32_rdtsc();
    const std::uint64_t ns = monotonic_ns();
    const std::uint64_t took = __builtin_ia32_rdtsc() - before;
    if (took >= least) continue;
    least = took;
    best = {.ticks = before + took / 2, .ns = ns};
  }
  return best;
}

std::uint64_t measure_counter_scale(const BothClocks& first) {
  if (!is_steady()) return 0;
  __extension__ using Wide = unsigned __int128;
  sleep_until(first.ns + kMeasuredNs);
  const BothClocks last = read_both_clocks();
  if (last.ticks <= first.ticks) return 0;
  return static_cast<std::uint64_t>((static_cast<Wide>(last.ns - first.ns) << kCounterScaleBits) /
                                    (last.ticks - first.ticks));
}

#else

BothClocks read_both_clocks() { return {.ticks = 0, .ns = monotonic_ns()}; }

std::uint64_t measure_counter_scale(const BothClocks& /*first*/) { return 0; }

#endif

}  // namespace rtss::platform
