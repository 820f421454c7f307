#include "bench/support/smi.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "bench/support/environment.h"
#include "bench/support/realtime.h"

namespace rtss::bench {
namespace {

constexpr off_t kSmiCount = 0x34;

std::string register_path(int cpu) { return "/dev/cpu/" + std::to_string(cpu) + "/msr"; }

// False: errno says why.
bool read_count(int cpu, std::uint64_t& count) {
  const int descriptor = open(register_path(cpu).c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool is_read = pread(descriptor, &count, sizeof count, kSmiCount) == sizeof count;
  const int error = errno;
  close(descriptor);
  errno = error;
  return is_read;
}

}  // namespace

std::string why_no_smi_count(const std::vector<int>& cpus) {
  const std::string vendor = cpuinfo("vendor_id");
  if (vendor != "GenuineIntel") {
    return "--smi: this processor (" + vendor + ") does not count system management interrupts; those of Intel do";
  }
  if (virtual_machine() == "yes")
    return "--smi: a virtual machine does not see the machine's system management interrupts";
  for (const int cpu : cpus) {
    std::uint64_t count = 0;
    if (read_count(cpu, count)) continue;
    const std::string cause = "--smi: " + register_path(cpu) + ": " + std::strerror(errno);
    if (errno == ENOENT) return cause + "; as root: modprobe msr";
    return cause + (errno == EIO ? "; this processor has no such counter" : "; it needs root");
  }
  return "";
}

std::vector<std::uint64_t> smi_counts(const std::vector<int>& cpus) {
  std::vector<std::uint64_t> counts;
  for (const int cpu : cpus) require(read_count(cpu, counts.emplace_back()), "--smi: the counter cannot be read");
  return counts;
}

}  // namespace rtss::bench
