// Where a measurement was taken: whatever decides whether two results may be compared.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace rtss::bench {

struct SystemInfo {
  std::string sysname;
  std::string nodename;
  std::string release;
  std::string version;
  std::string machine;
  bool realtime = false;  // PREEMPT_RT
};

SystemInfo system_info();

std::string cpuinfo(const std::string& key);  // of the first CPU; "unknown" where it is not said
std::string virtual_machine();                // "yes", "no" or "unknown"

bool is_installed(const std::string& program);  // somewhere in PATH
std::string own_folder();                       // where this program lies

// Names and values, in the order to print them; what cannot be read is "unknown". The library's own environment
// variables are among them where they are set.
std::vector<std::pair<std::string, std::string>> environment(bool cpu_latency_held);

}  // namespace rtss::bench
