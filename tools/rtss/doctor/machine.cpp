// What makes this machine's latencies long.
#include "tools/rtss/doctor/machine.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <map>

#include "platform/shared_file.h"

namespace rtss::tool {

namespace {

constexpr const char* kCpus = "/sys/devices/system/cpu/";

std::vector<std::string> cpu_directories(const SystemFiles& files) {
  std::vector<std::string> directories;
  for (const std::string& name : files.list(kCpus)) {
    const bool is_cpu =
        name.starts_with("cpu") && name.size() > 3 && name.find_first_not_of("0123456789", 3) == std::string::npos;
    if (is_cpu) directories.push_back(kCpus + name + "/");
  }
  return directories;
}

Finding check_governor(const SystemFiles& files) {
  std::map<std::string, int> others;
  int seen = 0;
  for (const std::string& cpu : cpu_directories(files)) {
    const auto governor = files.read(cpu + "cpufreq/scaling_governor");
    if (!governor) continue;
    ++seen;
    if (*governor != "performance") ++others[*governor];
  }
  if (seen == 0) return {"cpu-governor", Severity::kOk, "no frequency scaling is visible here", {}};
  if (others.empty()) return {"cpu-governor", Severity::kOk, "performance, on " + std::to_string(seen) + " CPUs", {}};
  return {"cpu-governor", Severity::kWarning,
          others.begin()->first + " on " + std::to_string(others.begin()->second) + " of " + std::to_string(seen) +
              " CPUs: the first work after a pause is slow",
          "cpupower frequency-set -g performance"};
}

// The longest time that a CPU takes to leave an idle state that it may enter.
long long worst_exit_us(const SystemFiles& files) {
  long long worst = 0;
  for (const std::string& cpu : cpu_directories(files)) {
    for (const std::string& state : files.list(cpu + "cpuidle")) {
      const std::string directory = cpu + "cpuidle/" + state + "/";
      if (files.read_number(directory + "disable").value_or(0) != 0) continue;
      worst = std::max(worst, files.read_number(directory + "latency").value_or(0));
    }
  }
  return worst;
}

Finding check_idle_states(const SystemFiles& files) {
  constexpr long long kHarmless = 10;
  const long long worst = worst_exit_us(files);
  const std::string found = "idle CPUs take up to " + std::to_string(worst) + " us to wake up";
  if (worst <= kHarmless) return {"idle-states", Severity::kOk, found, {}};
  if (access("/dev/cpu_dma_latency", W_OK) == 0) {
    return {"idle-states", Severity::kWarning, found,
            "hold /dev/cpu_dma_latency at 0 while it matters (\"rtss run\" can), or boot with cpuidle.off=1"};
  }
  return {"idle-states", Severity::kWarning, found + ", and /dev/cpu_dma_latency may not be written",
          "let a group write /dev/cpu_dma_latency (udev rule), or boot with cpuidle.off=1"};
}

Finding check_smt(const SystemFiles& files) {
  if (files.read_number(std::string(kCpus) + "smt/active").value_or(0) != 1) {
    return {"smt", Severity::kOk, "no two CPUs share a core", {}};
  }
  return {"smt", Severity::kWarning, "two CPUs share each core, and delay each other",
          "boot with nosmt, or keep the siblings of real-time CPUs idle"};
}

Finding check_isolation(const SystemFiles& files) {
  const std::string isolated = files.read(std::string(kCpus) + "isolated").value_or("");
  if (!isolated.empty()) return {"isolated-cpus", Severity::kOk, isolated, {}};
  return {"isolated-cpus", Severity::kWarning, "none: other work runs on the CPUs of real-time threads",
          "boot with isolcpus=managed_irq,domain,LIST (and nohz_full=LIST), and use \"rtss run --affinity LIST\""};
}

Finding check_clock_source(const SystemFiles& files) {
  const auto source = files.read("/sys/devices/system/clocksource/clocksource0/current_clocksource");
  if (!source) return {"clock-source", Severity::kSkipped, "it cannot be read", {}};
  constexpr const char* kFast[] = {
      "tsc", "arch_sys_counter", "kvm-clock", "hyperv_clocksource_tsc_page", "riscv_clocksource", "timebase", "tod"};
  if (std::ranges::find(kFast, *source) != std::end(kFast)) return {"clock-source", Severity::kOk, *source, {}};
  return {"clock-source", Severity::kWarning, *source + ": each look at the clock is a system call or slower",
          "boot with tsc=reliable if the processor's counter is sound, and see what the kernel log says about it"};
}

Finding check_timers() {
  timespec resolution{};
  clock_getres(CLOCK_MONOTONIC, &resolution);
  if (resolution.tv_sec == 0 && resolution.tv_nsec == 1) {
    return {"high-res-timers", Severity::kOk, "timers have a resolution of 1 ns", {}};
  }
  return {"high-res-timers", Severity::kFailure,
          "timers have a resolution of " + std::to_string(resolution.tv_nsec) + " ns: time-outs and timers are coarse",
          "use a kernel with CONFIG_HIGH_RES_TIMERS, without highres=off"};
}

Finding check_lockup_detector(const SystemFiles& files) {
  const bool hard = files.read_number("/proc/sys/kernel/nmi_watchdog").value_or(0) != 0;
  const bool soft = files.read_number("/proc/sys/kernel/soft_watchdog").value_or(0) != 0;
  const std::string which = hard && soft ? "nmi_watchdog and soft_watchdog" : hard ? "nmi_watchdog" : "soft_watchdog";
  if (!hard && !soft) return {"lockup-detector", Severity::kOk, "off", {}};
  return {"lockup-detector", Severity::kWarning, which + ": on, and interrupts each CPU now and then",
          "sysctl kernel.watchdog=0, once the system is known to work"};
}

}  // namespace

void check_machine(const SystemFiles& files, Findings& findings) {
  findings.push_back(check_governor(files));
  findings.push_back(check_idle_states(files));
  findings.push_back(check_smt(files));
  findings.push_back(check_isolation(files));
  findings.push_back(check_clock_source(files));
  findings.push_back(check_timers());
  findings.push_back(check_lockup_detector(files));
}

}  // namespace rtss::tool
