// Where namespaces lie, and the selected one.
#include "tools/rtss/doctor/namespace_state.h"

#include <linux/magic.h>
#include <sched.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <sstream>
#include <thread>

#include "platform/process_identity.h"
#include "platform/processors.h"
#include "runtime/inspect/inspect.h"
#include "runtime/segment/namespace_path.h"
#include "tools/rtss/support/objects.h"
#include "tools/rtss/support/text.h"

namespace rtss::tool {

namespace {

namespace inspect = runtime::inspect;

// Why no file can be made in /dev/shm, however much room it has; nothing: one can.
std::optional<Finding> why_no_file(const struct statfs& status) {
  if (access("/dev/shm", W_OK | X_OK) != 0) {
    const int error = errno;
    return Finding{"dev-shm", Severity::kFailure, std::string("/dev/shm is not writable: ") + std::strerror(error),
                   error == EROFS ? "mount -o remount,rw /dev/shm" : "chmod 1777 /dev/shm"};
  }
  if (status.f_files != 0 && status.f_ffree == 0) {
    return Finding{"dev-shm", Severity::kFailure, "/dev/shm has no inode left: no file can be made",
                   "\"rtss clean\" removes what is dead; or mount -o remount,nr_inodes=0 /dev/shm"};
  }
  return std::nullopt;
}

Finding check_shared_memory(bool namespace_exists) {
  struct statfs status {};
  if (statfs("/dev/shm", &status) != 0) {
    return {"dev-shm", Severity::kFailure, std::string("/dev/shm: ") + std::strerror(errno),
            "mount -t tmpfs tmpfs /dev/shm"};
  }
  const bool in_memory = status.f_type == TMPFS_MAGIC || status.f_type == RAMFS_MAGIC;
  const std::uint64_t free = static_cast<std::uint64_t>(status.f_bavail) * static_cast<std::uint64_t>(status.f_bsize);
  const std::string found = bytes(free) + " free";
  if (!in_memory) {
    return {"dev-shm", Severity::kFailure, "/dev/shm is not kept in memory: every word may wait for a disk",
            "mount -t tmpfs tmpfs /dev/shm"};
  }
  if (auto finding = why_no_file(status)) return *std::move(finding);
  if (free >= 2 * runtime::kDefaultSegmentCeiling) return {"dev-shm", Severity::kOk, "tmpfs, " + found, {}};
  const char* const remedy =
      "mount -o remount,size=256M /dev/shm (Docker: --shm-size=256m); \"rtss clean\" removes what is dead";
  if (namespace_exists || free >= runtime::kDefaultSegmentCeiling) {
    return {"dev-shm", Severity::kWarning, "tmpfs, " + found + ": little for another namespace or shared memory",
            remedy};
  }
  return {"dev-shm", Severity::kFailure, "tmpfs, " + found + ": too little for a namespace of the usual limits",
          remedy};
}

Finding check_protected_regular(const SystemFiles& files) {
  const auto setting = files.read_number("/proc/sys/fs/protected_regular");
  if (!setting) return {"protected-regular", Severity::kSkipped, "fs.protected_regular cannot be read", {}};
  if (*setting != 0)
    return {"protected-regular", Severity::kOk, "fs.protected_regular=" + std::to_string(*setting), {}};
  return {"protected-regular", Severity::kWarning,
          "fs.protected_regular=0: a program that opens files in /dev/shm carelessly can be given another user's (this "
          "library checks)",
          "sysctl fs.protected_regular=1"};
}

// The last RemoveIPC= of a logind.conf; nothing when it has none.
std::optional<bool> remove_ipc_in(const std::string& text) {
  std::optional<bool> setting;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    constexpr std::string_view kKey = "RemoveIPC=";
    if (!line.starts_with(kKey)) continue;
    const std::string value = line.substr(kKey.size());
    setting = value == "yes" || value == "true" || value == "1" || value == "on";
  }
  return setting;
}

bool logind_removes_ipc(const SystemFiles& files) {
  bool removes = true;  // systemd's own default
  for (const char* const directory : {"/usr/lib/systemd/", "/run/systemd/", "/etc/systemd/"}) {
    const std::string base = directory;
    removes = remove_ipc_in(files.read(base + "logind.conf").value_or("")).value_or(removes);
  }
  for (const char* const directory : {"/usr/lib/systemd/", "/run/systemd/", "/etc/systemd/"}) {
    const std::string drop_ins = std::string(directory) + "logind.conf.d";
    for (const std::string& name : files.list(drop_ins)) {
      removes = remove_ipc_in(files.read(drop_ins + "/" + name).value_or("")).value_or(removes);
    }
  }
  return removes;
}

Finding check_remove_ipc(const SystemFiles& files) {
  constexpr uid_t kFirstOrdinaryUser = 1000;
  if (!files.exists("/run/systemd/system")) return {"remove-ipc", Severity::kOk, "no logind runs here", {}};
  if (!logind_removes_ipc(files))
    return {"remove-ipc", Severity::kOk, "logind leaves /dev/shm alone: RemoveIPC=no", {}};
  if (geteuid() < kFirstOrdinaryUser) {
    return {"remove-ipc",
            Severity::kOk,
            "RemoveIPC does not concern user " + std::to_string(geteuid()) + ", a system user",
            {}};
  }
  return {"remove-ipc", Severity::kWarning,
          "logind removes this user's files in /dev/shm with the last log-out, namespaces in use too",
          "set RemoveIPC=no in /etc/systemd/logind.conf, or run as a system user"};
}

Finding check_layout(const std::optional<inspect::View>& view, const std::string& error, const std::string& name) {
  if (view) {
    return {"layout", Severity::kOk, name + ": layout version " + std::to_string(view->info().version), {}};
  }
  if (error.find("no such namespace") != std::string::npos) {
    return {"layout", Severity::kSkipped, name + " does not exist yet: its first program makes it", {}};
  }
  if (is_from_before_boot(error)) {
    return {"layout", Severity::kOk, name + " was made before the last boot: its next program replaces it", {}};
  }
  return {"layout", Severity::kFailure, error, remedy_of(error)};
}

Finding check_pid_namespace(const inspect::NamespaceView& info) {
  if (info.pid_namespace == platform::pid_namespace()) {
    return {"pid-namespace", Severity::kOk, "that of its creator", {}};
  }
  return {"pid-namespace", Severity::kFailure, "another than its creator's: programs here are refused",
          "run both in one container, share the PID namespace (docker --pid), or use another RTSS_NAMESPACE"};
}

Finding check_dead(const inspect::View& view) {
  constexpr int kLooks = 40;
  inspect::NamespaceView info = view.info();
  for (int look = 1; look < kLooks && info.unswept != 0 && info.living != 0; ++look) {
    std::this_thread::sleep_for(std::chrono::milliseconds(25));  // a member sweeps within moments
    info = view.info();
  }
  if (info.unswept == 0) return {"dead-members", Severity::kOk, "none on the books", {}};
  if (info.living == 0)
    return {"dead-members", Severity::kOk, "no process lives: the next program sweeps the dead", {}};
  return {"dead-members", Severity::kWarning,
          std::to_string(info.unswept) + " dead threads or processes are on the books, and no process sweeps them",
          "a process that lives is stopped (a debugger?): let it go on, or end it"};
}

Finding check_refused(const inspect::NamespaceView& info) {
  if (info.refused_boosts == 0) return {"refused-boosts", Severity::kOk, "none", {}};
  return {"refused-boosts", Severity::kWarning,
          std::to_string(info.refused_boosts) + " boosts were refused by Linux so far",
          "run all members as one user with RLIMIT_RTPRIO 99 (limits.d), or give them CAP_SYS_NICE"};
}

// ---- helper threads -----------------------------------------------------------------------------------------------

std::string list_of(const cpu_set_t& cpus) {
  std::string list;
  for (std::size_t cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &cpus)) continue;
    const std::size_t first = cpu;
    while (cpu + 1 < CPU_SETSIZE && CPU_ISSET(cpu + 1, &cpus)) ++cpu;
    list += (list.empty() ? "" : ",") + std::to_string(first) + (cpu == first ? "" : "-" + std::to_string(cpu));
  }
  return list;
}

// A process's helper thread holds its life lock.
bool read_helper_cpus(const runtime::ProcessRecord& process, cpu_set_t* cpus) {
  const std::uint32_t life = process.life.observe();
  const auto helper = static_cast<pid_t>(life & platform::RobustLock::kTidMask);
  return helper != 0 && sched_getaffinity(helper, sizeof *cpus, cpus) == 0;
}

Finding check_helper_threads(const SystemFiles& files, const inspect::View& view) {
  constexpr const char* kCheck = "helper-threads";
  cpu_set_t isolated;
  const std::string list = files.read("/sys/devices/system/cpu/isolated").value_or("");
  if (!platform::parse_processors(list.c_str(), &isolated)) CPU_ZERO(&isolated);
  cpu_set_t all;
  CPU_ZERO(&all);
  int found = 0;
  for (const inspect::ProcessView& process : view.processes()) {
    cpu_set_t cpus;
    if (process.dead || !read_helper_cpus(view.segment().processes[process.slot], &cpus)) continue;
    ++found;
    CPU_OR(&all, &all, &cpus);
    CPU_AND(&cpus, &cpus, &isolated);
    if (CPU_COUNT(&cpus) == 0) continue;
    return {kCheck, Severity::kWarning,
            "that of process " + std::to_string(process.pid) + " may run on isolated CPUs, " + list_of(cpus),
            "start the program on other CPUs, too, or with RTSS_HELPER_CPUS=LIST"};
  }
  if (found == 0) return {kCheck, Severity::kSkipped, "no process uses the namespace", {}};
  return {kCheck, Severity::kOk, std::to_string(found) + ", on CPUs " + list_of(all), {}};
}

}  // namespace

void check_namespace(const SystemFiles& files, Findings& findings) {
  const std::string name(runtime::selected_namespace());
  std::string error;
  const auto view = inspect::View::current(&error);
  findings.push_back(check_shared_memory(view.has_value()));
  findings.push_back(check_protected_regular(files));
  findings.push_back(check_remove_ipc(files));
  findings.push_back(check_layout(view, error, name));
  if (!view) {
    for (const char* const check : {"pid-namespace", "dead-members", "refused-boosts", "helper-threads"}) {
      findings.push_back({check, Severity::kSkipped, "no namespace to look at", {}});
    }
    return;
  }
  findings.push_back(check_pid_namespace(view->info()));
  findings.push_back(check_dead(*view));
  findings.push_back(check_refused(view->info()));
  findings.push_back(check_helper_threads(files, *view));
}

}  // namespace rtss::tool
