// rtss lock: runs a command, or a script's own rest, while it owns a mutex.
#include "tools/rtss/use/lock.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <CLI/App.hpp>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "platform/descriptor.h"
#include "tools/rtss/exit_code.h"
#include "tools/rtss/support/child.h"
#include "tools/rtss/support/command_line.h"
#include "tools/rtss/support/options.h"

namespace rtss::tool {

namespace {

struct LockOptions {
  std::string name;
  bool no_wait = false;
  bool hold = false;
  std::optional<double> seconds;
  int busy_code = kBusy;
  OnAbandoned on_abandoned = OnAbandoned::kWarn;
  std::string why;  // "rtss try" and "rtss ls" read it from the command line
  std::string shell_command;
  bool verbose = false;
  bool with_parent = false;
};

constexpr const char* kFooter =
    "Runs CMD while owning the mutex NAME, which is made if it does not exist, and exits with what CMD exited with.\n"
    "A C program takes the same mutex with RtCreateMutex(NULL, FALSE, \"NAME\") and RtWaitForSingleObject.\n"
    "\n"
    "  rtss lock motion -- ./calibrate            wait as long as it takes, then run\n"
    "  rtss lock -n backup ./backup; [ $? -ne 75 ] || echo \"already running\"\n"
    "  rtss lock -n backup -c './backup | gzip > backup.gz'\n"
    "  rtss lock -w 2.5 -E 9 motion -- sh -c 'echo \"owned: $RTSS_LOCK_NAME\"'\n"
    "  coproc L { rtss lock --hold motion; }; read -r STATE <&\"${L[0]}\"   # bash: lock the rest of a script\n"
    "  exec {L[1]}>&-                                                       # ... and unlock it\n"
    "\n"
    "CMD sees RTSS_LOCK_NAME, and RTSS_ABANDONED=1 if the last owner died while it owned the mutex. rtss stays as "
    "CMD's\n"
    "parent and passes signals on to it; if rtss is killed (SIGKILL), CMD is killed a moment later, but not what CMD\n"
    "has started, nor a set-user-ID program. The mutex is free again when CMD ends, with or without its children.\n"
    "The -- is needed only before a CMD that begins with a dash. A script that may be killed starts rtss with\n"
    "--with-parent, or replaces itself: exec rtss lock -n NAME CMD.\n"
    "Waiters lend their level to rtss, not to CMD: give a real-time CMD its own with \"rtss run\".\n"
    "A mutex goes with the last program that has it open, and its abandoned state with it;\n"
    "\"rtss mutex create NAME\" makes one that stays.\n"
    "A script that holds one with --hold releases it by ending, in whatever way: not even its kill is reported then.\n"
    "Of flock's options -x, -F and -o are taken and change nothing; -s is refused: a mutex has one owner.\n"
    "\n"
    "Exit status: CMD's own, 128 + N if signal N ended it; 75 held by another, or timed out (-E); 76 abandoned, with\n"
    "--on-abandoned=fail; 125 usage, or an error of rtss; 126 CMD cannot be run; 127 there is no CMD.\n";

// With a moment's chance to be interrupted only if the mutex is not free.
DWORD acquire(const LockOptions& options, HANDLE mutex, const SignalGate& gate) {
  const DWORD at_once = RtWaitForSingleObject(mutex, 0);
  if (at_once != WAIT_TIMEOUT || options.no_wait) return at_once;
  ULARGE_INTEGER timeout = timeout_of(options.seconds);
  Interruption interruption(gate);
  if (!interruption.event()) return WAIT_FAILED;
  const HANDLE handles[] = {mutex, interruption.event()};
  const DWORD result = RtWaitForMultipleObjectsEx(2, handles, FALSE, &timeout);
  const int signal = interruption.end();
  if (signal == 0) return result;
  if (result == WAIT_OBJECT_0) RtReleaseMutex(mutex);  // an abandoned one stays so: we die owning it
  SignalGate::die_of(signal);
}

// Until standard input ends, or a signal comes that ends the program.
void hold(const std::string& name, bool abandoned, const SignalGate& gate, HANDLE mutex) {
  const int signals = signalfd(-1, &gate.fatal(), SFD_CLOEXEC);
  std::puts(abandoned ? "abandoned" : "locked");
  std::fflush(stdout);
  pollfd sources[] = {{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0},
                      {.fd = signals, .events = POLLIN, .revents = 0}};
  char unused[4096];
  while (poll(sources, 2, -1) >= 0 || errno == EINTR) {
    if (sources[1].revents != 0) break;
    if (sources[0].revents == 0) continue;
    const ssize_t bytes = read(STDIN_FILENO, unused, sizeof unused);
    if (bytes < 0) warn(in_quotes(name) + ": released: standard input cannot be read: " + std::strerror(errno));
    if (bytes <= 0) break;
  }
  RtReleaseMutex(mutex);
  signalfd_siginfo info{};
  if ((sources[1].revents & POLLIN) != 0 && read(signals, &info, sizeof info) == sizeof info) {
    SignalGate::die_of(static_cast<int>(info.ssi_signo));
  }
}

std::vector<std::string> command_of(const LockOptions& options) {
  if (options.shell_command.empty()) return command_words();
  const char* const shell = std::getenv("SHELL");
  return {shell == nullptr || *shell == '\0' ? "/bin/sh" : shell, "-c", options.shell_command};
}

// Of a parent that ended earlier nothing is known: then this process has another one, and outlives that.
void end_with_parent() {
  const pid_t parent = getppid();
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) raise(SIGTERM);
}

int run_owning(const LockOptions& options, HANDLE mutex, bool abandoned, const priority::Scheduling& scheduling,
               const SignalGate& gate) {
  if (abandoned && options.on_abandoned != OnAbandoned::kRun) {
    tell_abandoned(in_quotes(options.name), options.on_abandoned);
    if (options.on_abandoned == OnAbandoned::kFail) return kAbandoned;  // we end as its owner: it stays abandoned
  }
  if (options.hold) {
    hold(options.name, abandoned, gate, mutex);
    return kDone;
  }
  SignalGate::close();
  ChildPlan plan{.command = command_of(options), .environment = {}, .scheduling = scheduling};
  plan.environment.push_back("RTSS_LOCK_NAME=" + std::string(plain_name(options.name)));
  plan.environment.emplace_back(abandoned ? "RTSS_ABANDONED=1" : "RTSS_ABANDONED");
  const int code = run_child(plan, gate);
  RtReleaseMutex(mutex);
  return code;
}

int busy(const LockOptions& options) {
  if (options.busy_code != 0) {
    warn(in_quotes(options.name) +
         (options.no_wait ? ": held by another" : ": still held by another after " + seconds_text(*options.seconds)) +
         (options.hold ? "" : "; nothing was run"));
  }
  return options.busy_code;
}

// Empty: one thing to do, and only one.
std::string contradiction(const LockOptions& options) {
  const bool has_command = !command_words().empty();
  if (has_command && !options.shell_command.empty()) return "a command and -c: give one of them";
  if (options.hold && (has_command || !options.shell_command.empty())) return "--hold runs no command: leave it out";
  if (!options.hold && !has_command && options.shell_command.empty()) {
    return "no command to run: rtss lock NAME CMD, or rtss lock --hold NAME";
  }
  return {};
}

int lock(const LockOptions& options) {
  if (const std::string text = contradiction(options); !text.empty()) return trouble(text);
  if (options.hold && (fcntl(STDIN_FILENO, F_GETFL) & O_PATH) != 0) {  // was closed when we started: it has ended
    const platform::Descriptor empty = platform::open_file("/dev/null", O_RDONLY);
    dup3(empty.get(), STDIN_FILENO, O_CLOEXEC);
  }
  priority::Scheduling scheduling{};
  priority::read_scheduling(0, &scheduling);
  const SignalGate gate;
  if (options.with_parent) end_with_parent();
  const Handle mutex(RtCreateMutexA(nullptr, FALSE, options.name.c_str()));
  if (!mutex) return failed(options.name, "RtCreateMutex", RtGetLastError());
  const auto start = std::chrono::steady_clock::now();
  const DWORD acquired = acquire(options, mutex.get(), gate);
  if (acquired == WAIT_TIMEOUT) return busy(options);
  if (acquired != WAIT_OBJECT_0 && acquired != WAIT_ABANDONED_0) {
    return failed(options.name, "RtWaitForSingleObject", RtGetLastError());
  }
  if (options.verbose) {
    const std::chrono::duration<double> waited = std::chrono::steady_clock::now() - start;
    warn(in_quotes(options.name) + ": owned after " + seconds_text(waited.count()) +
         (options.hold ? "" : "; running " + in_quotes(command_of(options).front())));
  }
  return run_owning(options, mutex.get(), acquired == WAIT_ABANDONED_0, scheduling, gate);
}

// Options of flock(1) that scripts bring along.
void add_options_of_flock(CLI::App& command) {
  command.add_flag("-x,--exclusive,-F,--no-fork,-o,--close")
      ->description("Accepted for scripts that were written for flock; changes nothing");
  command.add_flag_callback(
      "-s,--shared",
      [] {
        throw CLI::ValidationError("--shared", "a mutex has one owner; use a semaphore with a unit for each reader");
      },
      "Refused: a mutex has one owner");
}

}  // namespace

void add_lock(CLI::App& app, int& exit_code) {
  CLI::App* const command = app.add_subcommand("lock", "Run a command while owning a mutex");
  auto options = std::make_shared<LockOptions>();
  add_name(*command, options->name, "The mutex");
  auto* const no_wait = command->add_flag("-n,--no-wait", options->no_wait, "Do not wait: 75 if it is held");
  add_wait_option(*command, options->seconds)->excludes(no_wait);
  command->add_option("-E,--conflict-exit-code", options->busy_code, "What to exit with instead of 75")
      ->check(CLI::Range(0, 255).description(""));
  add_abandoned_option(*command, options->on_abandoned);
  command->add_option("--why", options->why,
                      "What it is for: \"rtss try\", \"rtss show\" and \"rtss ls -o WHY\" show it");
  command->add_option("-c,--command", options->shell_command, "Run this with the shell, $SHELL or /bin/sh")
      ->type_name("STRING");
  command->add_flag("--with-parent", options->with_parent,
                    "If the parent ends, end too, as by SIGTERM, and CMD with it");
  command->add_flag("--verbose", options->verbose, "Say how long it took to own the mutex, and what is run");
  add_options_of_flock(*command);
  command->add_flag("--hold", options->hold,
                    "Run nothing: own it, say so on standard output, until standard input ends");
  set_usage(*command, "rtss lock [OPTIONS] NAME [--] CMD [ARG...]");
  command->footer(kFooter);
  command->callback([options, &exit_code] { exit_code = lock(*options); });
}

}  // namespace rtss::tool
