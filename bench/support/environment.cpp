#include "bench/support/environment.h"

#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace rtss::bench {
namespace {

// What the caller's environment decides about a namespace and a process of it.
constexpr std::array kSettings = {"RTSS_LIMITS", "RTSS_INHERITANCE", "RTSS_WINDOW", "RTSS_NAMES", "RTSS_REALTIME"};

std::string first_line(const std::string& path, const std::string& otherwise = "unknown") {
  std::ifstream file(path);
  std::string line;
  return std::getline(file, line) && !line.empty() ? line : otherwise;
}

// ARM's /proc/cpuinfo has numbers in place of a name; the board's name stands in its device tree.
std::string processor() {
  const std::string name = cpuinfo("model name");
  if (name != "unknown") return name;
  const std::string part = cpuinfo("CPU part");
  const std::string numbers = part == "unknown" ? part : "implementer " + cpuinfo("CPU implementer") + " part " + part;
  const std::string board = first_line("/proc/device-tree/model", "");
  return board.empty() ? numbers : numbers + " on " + board.substr(0, board.find('\0'));
}

std::string limit(int resource) {
  rlimit value{};
  if (getrlimit(static_cast<__rlimit_resource>(resource), &value) != 0) return "unknown";
  return value.rlim_cur == RLIM_INFINITY ? "unlimited" : std::to_string(value.rlim_cur);
}

std::string privileges() {
  const std::string user = geteuid() == 0 ? "root" : "uid " + std::to_string(geteuid());
  return user + ", RLIMIT_RTPRIO " + limit(RLIMIT_RTPRIO) + ", RLIMIT_MEMLOCK " + limit(RLIMIT_MEMLOCK);
}

std::string throttling() {
  const std::string runtime = first_line("/proc/sys/kernel/sched_rt_runtime_us");
  if (runtime == "-1") return "off";
  return runtime + " of " + first_line("/proc/sys/kernel/sched_rt_period_us") + " us";
}

}  // namespace

std::string cpuinfo(const std::string& key) {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(": ");
    if (line.starts_with(key) && colon != std::string::npos) return line.substr(colon + 2);
  }
  return "unknown";
}

// Only x86 has a flag for it.
std::string virtual_machine() {
  const std::string flags = cpuinfo("flags");
  if (flags != "unknown") return flags.find(" hypervisor") != std::string::npos ? "yes" : "no";
  const bool is_virtual_board = first_line("/proc/device-tree/model", "").starts_with("linux,dummy-virt");
  return is_virtual_board ? "yes" : "unknown";
}

SystemInfo system_info() {
  utsname names{};
  uname(&names);
  return {names.sysname, names.nodename, names.release,
          names.version, names.machine,  first_line("/sys/kernel/realtime", "0") == "1"};
}

std::vector<std::pair<std::string, std::string>> environment(bool cpu_latency_held) {
  const SystemInfo system = system_info();
  const std::string cpu = "/sys/devices/system/cpu/";
  std::vector<std::pair<std::string, std::string>> entries = {
      {"kernel", system.release + " " + system.version},
      {"PREEMPT_RT", system.realtime ? "yes" : "no"},
      {"processor", processor() + ", online " + first_line(cpu + "online")},
      {"virtual machine", virtual_machine()},
      {"governor", first_line(cpu + "cpu0/cpufreq/scaling_governor", "none")},
      {"SMT", first_line(cpu + "smt/active", "unknown")},
      {"isolated CPUs", first_line(cpu + "isolated", "none")},
      {"clock source", first_line("/sys/devices/system/clocksource/clocksource0/current_clocksource")},
      {"real-time throttling", throttling()},
      {"idle states held off", cpu_latency_held ? "yes" : "no (/dev/cpu_dma_latency not writable)"},
      {"privileges", privileges()},
      {"load average", first_line("/proc/loadavg")},
  };
  for (const char* const name : kSettings) {
    const char* const value = std::getenv(name);
    if (value != nullptr && *value != '\0') entries.emplace_back(name, value);
  }
  return entries;
}

bool is_installed(const std::string& program) {
  const char* const path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    if (access((folder + "/" + program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

std::string own_folder() {
  std::array<char, PATH_MAX> path{};
  const ssize_t length = readlink("/proc/self/exe", path.data(), path.size());
  const std::string program(path.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
  return program.substr(0, program.rfind('/'));
}

}  // namespace rtss::bench
