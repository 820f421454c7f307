// A lock around a command, as scripts take it: `rtss lock NAME -- true` beside `flock FILE true`. A sample is one whole
// invocation, from its start to its end: the time that passes, or the processor time of all its processes.
#include "bench/commands/lock_command.h"

#include <spawn.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "bench/session/rounds.h"
#include "bench/support/environment.h"

namespace rtss::bench {
namespace {

constexpr std::uint64_t kInvocations = 50;
constexpr std::uint64_t kWarmUp = 2;
constexpr std::chrono::seconds kLongestRun{120};
constexpr std::uint64_t kPsPerUs = 1'000'000;
constexpr std::uint64_t kUsPerSecond = 1'000'000;

enum class Cost : std::uint8_t { kWall, kProcessor };

struct Invocation {
  const char* name;
  std::vector<std::string> words;
  std::string missing;  // why it cannot be made; empty when it can
};

// The file lives as long as this process, and in its memory: nothing is left of it.
std::string file_to_lock() {
  const int descriptor = memfd_create("rtss-bench", MFD_CLOEXEC);
  if (descriptor < 0) fail("memfd_create failed");
  return "/proc/" + std::to_string(getpid()) + "/fd/" + std::to_string(descriptor);
}

Invocation with_flock() {
  static const std::string file = file_to_lock();
  return {"flock", {"flock", file, "true"}, is_installed("flock") ? "" : "flock is not installed"};
}

Invocation with_rtss() {
  const std::string folder = own_folder();
  std::string program = "rtss";
  for (const char* const place : {"/rtss", "/../tools/rtss/rtss"}) {  // installed; in the build tree
    if (program == "rtss" && access((folder + place).c_str(), X_OK) == 0) program = folder + place;
  }
  const bool found = program != "rtss" || is_installed(program);
  return {"rtapi, rtss lock",
          {program, "lock", "bench lock-command", "--", "true"},
          found ? "" : "rtss is neither beside rtss-bench nor in PATH"};
}

std::uint64_t picoseconds(const timeval& time) {
  return (static_cast<std::uint64_t>(time.tv_sec) * kUsPerSecond + static_cast<std::uint64_t>(time.tv_usec)) * kPsPerUs;
}

std::uint64_t invoke(const std::vector<std::string>& words, Cost cost, const Clock& clock) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const std::uint64_t before = clock.stamp();
  pid_t child = 0;
  require(posix_spawnp(&child, arguments[0], nullptr, nullptr, arguments.data(), environ) == 0, "cannot start it");
  int status = 0;
  rusage used{};  // of the process and of those that it has waited for
  while (wait4(child, &status, 0, &used) < 0) require(errno == EINTR, "wait4 failed");
  const std::uint64_t after = clock.stamp();
  require(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the command under the lock did not end with 0");
  return cost == Cost::kWall ? clock.picoseconds(before, after)
                             : picoseconds(used.ru_utime) + picoseconds(used.ru_stime);
}

RunResult play(const Session& session, const Invocation& invocation, Cost cost, std::uint64_t times) {
  RunResult result;
  if (!invocation.missing.empty()) {
    result.refuse(invocation.missing, Fault::kConditions);
    return result;
  }
  const Samples samples(session.clock(), session.break_above_ps(invocation.name));
  Child run(kLongestRun, [&] {
    require(pin_to_cpu(session.settings().cpus.front()), "cannot pin to the CPU asked for");
    Recorder recorder(samples, session.clock());
    for (std::uint64_t i = 0; i < kWarmUp + times; ++i) {
      const std::uint64_t took = invoke(invocation.words, cost, session.clock());
      if (i >= kWarmUp) recorder.record(took, session.clock().stamp());
    }
  });
  result.failure = run.wait([&] { session.show_progress(invocation.name, samples.histogram()); });
  result.recorded = samples.recorded(session.clock());
  return result;
}

Report run(const Session& session, const std::string& title, Cost cost) {
  Report report = session.begin_report(title, "mutex");
  report.typical = "run p50";
  const std::uint64_t times = session.loops(kInvocations);
  report.conditions = {"processes on CPU " + std::to_string(session.settings().cpus.front()) + ", SCHED_OTHER, " +
                       session.rounds() + " of " + std::to_string(times) + " commands"};
  std::vector<Player> players;
  for (const Invocation& invocation : {with_flock(), with_rtss()}) {
    players.push_back(
        {invocation.name, [&session, invocation, cost, times] { return play(session, invocation, cost, times); }});
  }
  run_rounds(session, players, report);
  session.finish_report(report);
  return report;
}

}  // namespace

Reports measure_lock_command(const Session& session) {
  Reports reports;
  reports.push_back(run(session, "Lock around a command", Cost::kWall));
  reports.push_back(run(session, "Lock around a command, processor time", Cost::kProcessor));
  return reports;
}

}  // namespace rtss::bench
