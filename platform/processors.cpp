#include "platform/processors.h"

#include <sched.h>
#include <unistd.h>

#include <cerrno>

namespace rtss::platform {

namespace {

constexpr unsigned kBits = 64;

}  // namespace

bool read_processors(pid_t task, std::uint64_t* processors) {
  cpu_set_t set;
  if (sched_getaffinity(task, sizeof set, &set) != 0) return false;
  *processors = 0;
  for (unsigned cpu = 0; cpu < kBits; ++cpu) {
    if (CPU_ISSET(cpu, &set)) *processors |= std::uint64_t{1} << cpu;
  }
  return true;
}

int write_processors(pid_t task, std::uint64_t processors) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (unsigned cpu = 0; cpu < kBits; ++cpu) {
    if ((processors >> cpu & 1) != 0) CPU_SET(cpu, &set);
  }
  return sched_setaffinity(task, sizeof set, &set) == 0 ? 0 : errno;
}

std::uint64_t machine_processors() {
  const long count = sysconf(_SC_NPROCESSORS_ONLN);
  return count <= 0 || count >= static_cast<long>(kBits) ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
}

}  // namespace rtss::platform
