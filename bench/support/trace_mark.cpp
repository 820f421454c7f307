#include "bench/support/trace_mark.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "bench/support/clock.h"

namespace rtss::bench {
namespace {

constexpr std::array kFolders = {"/sys/kernel/tracing", "/sys/kernel/debug/tracing"};

int marker = -1;
int tracing_on = -1;

int open_for_writing(const std::string& path) { return open(path.c_str(), O_WRONLY | O_CLOEXEC); }

}  // namespace

std::string open_trace() {
  for (const std::string folder : kFolders) {
    marker = open_for_writing(folder + "/trace_marker");
    const int error = errno;
    if (marker < 0 && error == ENOENT) continue;
    tracing_on = open_for_writing(folder + "/tracing_on");
    if (marker >= 0 && tracing_on >= 0) return "";
    return "--tracemark: " + folder + ": " + std::strerror(marker < 0 ? error : errno) + "; it needs root";
  }
  return "--tracemark: no trace in /sys/kernel/tracing; as root: mount -t tracefs tracefs /sys/kernel/tracing";
}

void stop_trace(std::uint64_t picoseconds, std::uint64_t limit_picoseconds) noexcept {
  if (marker < 0) return;
  std::array<char, 96> text{};
  const int length = std::snprintf(text.data(), text.size(), "rtss-bench: hit latency threshold (%llu > %llu ns)\n",
                                   static_cast<unsigned long long>(picoseconds / kPicosecondsPerNanosecond),
                                   static_cast<unsigned long long>(limit_picoseconds / kPicosecondsPerNanosecond));
  // Neither can be helped now: the sample is reported in any case.
  static_cast<void>(!write(marker, text.data(), static_cast<std::size_t>(std::max(length, 0))));
  static_cast<void>(!write(tracing_on, "0", 1));
}

}  // namespace rtss::bench
