// The kernel, and what it lets this user do.
#include "tools/rtss/doctor/privileges.h"

#include <dlfcn.h>
#include <features.h>
#include <gnu/libc-version.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "platform/futex.h"
#include "platform/robust_lock.h"
#include "priority/level.h"
#include "tools/rtss/doctor/try_fifo.h"
#include "tools/rtss/support/text.h"

namespace rtss::tool {

namespace {

constexpr int kCapIpcLock = 14;
constexpr int kCapSysNice = 23;

bool has_capability(const SystemFiles& files, int capability) {
  const auto status = files.read("/proc/self/status");
  const std::size_t at = status ? status->find("CapEff:") : std::string::npos;
  if (at == std::string::npos) return false;
  const unsigned long long effective = std::strtoull(status->c_str() + at + std::strlen("CapEff:"), nullptr, 16);
  return (effective >> capability & 1) != 0;
}

std::string limit_text(rlim_t limit) { return limit == RLIM_INFINITY ? "unlimited" : std::to_string(limit); }

rlimit limit_of(int resource) {
  rlimit limit{};
  getrlimit(static_cast<__rlimit_resource>(resource), &limit);
  return limit;
}

Finding check_kernel_version() {
  utsname names{};
  uname(&names);
  const std::string found = std::string("Linux ") + names.release + ", glibc " + gnu_get_libc_version();
  const char* why = platform::why_no_futex();
  if (why == nullptr) why = platform::RobustLock::why_unsupported();
  if (why == nullptr) return {"kernel", Severity::kOk, found, {}};
  return {"kernel", Severity::kFailure, found + ": " + why,
          "no program can use a namespace here: Linux 5.16 or later is needed, with glibc 2.35 or later, and a seccomp "
          "profile that lets futex_waitv and get_robust_list through"};
}

Finding check_preempt_rt(const SystemFiles& files) {
  if (files.read_number("/sys/kernel/realtime").value_or(0) == 1) {
    return {"preempt-rt", Severity::kOk, "this is a PREEMPT_RT kernel", {}};
  }
  return {"preempt-rt", Severity::kWarning, "not a PREEMPT_RT kernel: latencies have no bound",
          "boot a PREEMPT_RT kernel (Debian: linux-image-rt-amd64)"};
}

// A zero budget of its control group refuses SCHED_FIFO even to root.
bool group_has_no_budget(const SystemFiles& files, std::string* group) {
  const std::string groups = files.read("/proc/self/cgroup").value_or("");
  std::size_t start = 0;
  while (start < groups.size()) {
    const std::size_t end = std::min(groups.find('\n', start), groups.size());
    const std::string line = groups.substr(start, end - start);
    start = end + 1;
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
    if (controllers.find(",cpu,") == std::string::npos) continue;
    *group = line.substr(second + 1);
    for (const char* const mount : {"/sys/fs/cgroup/cpu", "/sys/fs/cgroup/cpu,cpuacct"}) {
      if (files.read_number(mount + *group + "/cpu.rt_runtime_us").value_or(1) == 0) return true;
    }
  }
  return false;
}

Finding check_rt_group(const SystemFiles& files) {
  std::string group;
  if (group_has_no_budget(files, &group)) {
    return {"rt-group-budget", Severity::kFailure,
            "control group " + group + " has a real-time budget of 0: SCHED_FIFO is refused even to root",
            "write a budget to its cpu.rt_runtime_us, or run outside of it (kernel option RT_GROUP_SCHED)"};
  }
  const bool may = has_capability(files, kCapSysNice);
  if (may && try_fifo(1) == EPERM) {
    return {"rt-group-budget", Severity::kFailure, "SCHED_FIFO is refused in spite of CAP_SYS_NICE: RT_GROUP_SCHED",
            "boot with rt_group_sched=0 or a kernel without RT_GROUP_SCHED, or give the control group a budget"};
  }
  return {"rt-group-budget", Severity::kOk, "no control group takes real-time time away", {}};
}

Finding check_rtprio(const SystemFiles& files) {
  const int wanted = priority::Window{}.high;
  const rlimit limit = limit_of(RLIMIT_RTPRIO);
  const bool capable = has_capability(files, kCapSysNice);
  const std::string have = "RLIMIT_RTPRIO " + limit_text(limit.rlim_cur) + (capable ? ", CAP_SYS_NICE" : "");
  if (try_fifo(wanted) == 0)
    return {"rtprio", Severity::kOk, "SCHED_FIFO up to " + std::to_string(wanted) + ": " + have, {}};
  const char* const mode = std::getenv("RTSS_REALTIME");
  if (mode != nullptr && std::strcmp(mode, "off") == 0) {
    return {"rtprio", Severity::kOk, "no privilege (" + have + "), and none is asked for: RTSS_REALTIME=off", {}};
  }
  const char* const remedy =
      "add \"USER - rtprio 99\" to /etc/security/limits.d/realtime.conf and log in again, or give CAP_SYS_NICE";
  if (limit.rlim_cur > 0 && try_fifo(1) == 0) {
    return {"rtprio", Severity::kWarning, "levels above SCHED_FIFO " + limit_text(limit.rlim_cur) + " are refused",
            remedy};
  }
  return {"rtprio", Severity::kFailure, "SCHED_FIFO is refused (" + have + "): levels and boosts order queues only",
          remedy};
}

Finding check_rttime() {
  const rlimit limit = limit_of(RLIMIT_RTTIME);
  if (limit.rlim_cur == RLIM_INFINITY) return {"rttime", Severity::kOk, "RLIMIT_RTTIME is unlimited", {}};
  return {"rttime", Severity::kWarning,
          "RLIMIT_RTTIME " + limit_text(limit.rlim_cur) +
              " us: a real-time thread that runs longer without blocking is killed without a word; so is one "
              "that only the boost of a waiter makes real-time",
          "ulimit -R unlimited, or LimitRTTIME=infinity in the service (PipeWire's rtkit sets one, too)"};
}

// The library reads the C library's own clock. What a program, or rtss, reads itself is another library's.
Finding check_clock() {
  Dl_info clock{};
  Dl_info own{};
  const bool told = dladdr(reinterpret_cast<void*>(&clock_gettime), &clock) != 0 &&
                    dladdr(reinterpret_cast<void*>(&gnu_get_libc_version), &own) != 0;
  if (!told) return {"clock-library", Severity::kSkipped, "it cannot be told which library reads the clock", {}};
  if (clock.dli_fbase == own.dli_fbase) return {"clock-library", Severity::kOk, "the C library reads the clock", {}};
  return {"clock-library", Severity::kWarning,
          std::string(clock.dli_fname) +
              " reads the clock: a preloaded library. Waits, sleeps and timers keep real time, the program's own "
              "readings do not",
          "run without it (LD_PRELOAD, libfaketime), or do not compare its times with waits"};
}

Finding check_memlock(const SystemFiles& files) {
  constexpr rlim_t kEnough = 64 << 20;
  const rlimit limit = limit_of(RLIMIT_MEMLOCK);
  const std::string have = "RLIMIT_MEMLOCK " + (limit.rlim_cur == RLIM_INFINITY ? "unlimited" : bytes(limit.rlim_cur));
  if (has_capability(files, kCapIpcLock)) return {"memlock", Severity::kOk, "CAP_IPC_LOCK; " + have, {}};
  if (limit.rlim_cur >= kEnough) return {"memlock", Severity::kOk, have, {}};
  return {"memlock", Severity::kWarning, have + ": too little for a program that locks its memory, so page faults stay",
          "add \"USER - memlock unlimited\" to /etc/security/limits.d/realtime.conf and log in again"};
}

Finding check_throttling(const SystemFiles& files) {
  const auto runtime = files.read_number("/proc/sys/kernel/sched_rt_runtime_us");
  const auto period = files.read_number("/proc/sys/kernel/sched_rt_period_us");
  if (!runtime || !period) return {"rt-throttling", Severity::kSkipped, "sched_rt_runtime_us cannot be read", {}};
  if (*runtime < 0 || *runtime >= *period) return {"rt-throttling", Severity::kOk, "off", {}};
  return {"rt-throttling", Severity::kWarning,
          "real-time threads together get " + std::to_string(*runtime) + " of every " + std::to_string(*period) +
              " us of a CPU; then they stop, boosted ones too",
          "sysctl kernel.sched_rt_runtime_us=-1, once no thread of yours can spin for ever"};
}

}  // namespace

void check_privileges(const SystemFiles& files, Findings& findings) {
  findings.push_back(check_kernel_version());
  findings.push_back(check_preempt_rt(files));
  findings.push_back(check_rtprio(files));
  findings.push_back(check_rt_group(files));
  findings.push_back(check_throttling(files));
  findings.push_back(check_rttime());
  findings.push_back(check_clock());
  findings.push_back(check_memlock(files));
}

}  // namespace rtss::tool
