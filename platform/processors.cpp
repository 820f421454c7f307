#include "platform/processors.h"

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "platform/descriptor.h"

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

cpu_set_t processor_set(std::uint64_t processors) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (unsigned cpu = 0; cpu < kBits; ++cpu) {
    if ((processors >> cpu & 1) != 0) CPU_SET(cpu, &set);
  }
  return set;
}

int write_processors(pid_t task, std::uint64_t processors) {
  const cpu_set_t set = processor_set(processors);
  return sched_setaffinity(task, sizeof set, &set) == 0 ? 0 : errno;
}

std::uint64_t machine_processors() {
  const long count = sysconf(_SC_NPROCESSORS_ONLN);
  return count <= 0 || count >= static_cast<long>(kBits) ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
}

bool parse_processors(const char* list, cpu_set_t* processors) {
  const auto number = [&list](unsigned long* value) {
    if (*list < '0' || *list > '9') return false;
    char* end = nullptr;
    *value = std::strtoul(list, &end, 10);
    list = end;
    return *value < CPU_SETSIZE;
  };
  CPU_ZERO(processors);
  for (;;) {
    unsigned long first = 0;
    if (!number(&first)) return false;
    unsigned long last = first;
    if (*list == '-' && (++list, !number(&last))) return false;
    if (last < first) return false;
    for (unsigned long cpu = first; cpu <= last; ++cpu) CPU_SET(cpu, processors);
    if (*list == '\0' || *list == '\n') return true;
    if (*list++ != ',') return false;
  }
}

bool isolated_processors(cpu_set_t* processors) {
  const Descriptor file = open_file("/sys/devices/system/cpu/isolated", O_RDONLY);
  char text[1024];
  const ssize_t length = read(file.get(), text, sizeof text - 1);
  if (length <= 0) return false;
  text[length] = '\0';
  return parse_processors(text, processors);
}

}  // namespace rtss::platform
