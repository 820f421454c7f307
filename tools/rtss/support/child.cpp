#include "tools/rtss/support/child.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>

#include "tools/rtss/exit_code.h"

namespace rtss::tool {

namespace {

std::string_view variable_of(std::string_view setting) { return setting.substr(0, setting.find('=')); }

std::vector<char*> pointers(const std::vector<std::string>& strings) {
  std::vector<char*> list;
  for (const std::string& string : strings) list.push_back(const_cast<char*>(string.c_str()));
  list.push_back(nullptr);
  return list;
}

std::vector<std::string> environment_with(const std::vector<std::string>& changes) {
  std::vector<std::string> result;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    bool changed = false;
    for (const std::string& change : changes) changed = changed || variable_of(change) == variable_of(*entry);
    if (!changed) result.emplace_back(*entry);
  }
  for (const std::string& change : changes) {
    if (change.find('=') != std::string::npos) result.push_back(change);
  }
  return result;
}

// What the child does between fork and exec: other threads may have held any lock, so only calls that take none.
struct Launch {
  std::vector<std::string> environment;
  std::vector<char*> arguments;
  std::vector<char*> variables;
  const priority::Scheduling& scheduling;
  const SignalGate& gate;
  pid_t parent;
  int report;

  [[noreturn]] void go() const {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent) _exit(kTrouble);
    priority::apply_scheduling(0, scheduling);
    gate.restore();
    execvpe(arguments.front(), arguments.data(), variables.data());
    const int error = errno;
    const ssize_t written = write(report, &error, sizeof error);
    _exit(written == sizeof error ? kNotFound : kCannotRun);
  }
};

// The terminal signals a whole process group, the child with it; what this process does to itself is not passed on.
bool is_for_child(const siginfo_t& info, pid_t child) {
  if (info.si_code == SI_KERNEL) return getpgid(child) != getpgrp();
  return info.si_code > 0 || info.si_pid != getpid();
}

void forward(const siginfo_t& info, pid_t child) {
  if (!is_for_child(info, child)) return;
  if (info.si_code == SI_QUEUE)
    sigqueue(child, info.si_signo, info.si_value);
  else
    kill(child, info.si_signo);
}

// Job control: the shell waits for this process, so it stops when its child has been stopped from the terminal.
void stop_along(int signal) {
  if (signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU) raise(SIGSTOP);
}

// True: it has ended, with this status.
bool reap(pid_t child, int* status) {
  while (waitpid(child, status, WNOHANG | WUNTRACED) == child) {
    if (!WIFSTOPPED(*status)) return true;
    stop_along(WSTOPSIG(*status));
  }
  return false;
}

int await_end(pid_t child) {
  sigset_t all;
  sigfillset(&all);
  int status = 0;
  while (!reap(child, &status)) {
    siginfo_t info{};
    if (sigwaitinfo(&all, &info) > 0 && info.si_signo != SIGCHLD) forward(info, child);
  }
  return status;
}

int exit_code_of(int status) { return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status); }

}  // namespace

int exec_failed(const std::string& program, int error) {
  warn(in_quotes(program) + ": cannot be run: " + std::strerror(error) +
       (error == ENOENT ? "; give its path, or a name that PATH finds" : ""));
  return error == ENOENT ? kNotFound : kCannotRun;
}

int run_child(const ChildPlan& plan, const SignalGate& gate) {
  int report[2];
  if (pipe2(report, O_CLOEXEC) != 0) return trouble(std::string("pipe failed: ") + std::strerror(errno));
  std::vector<std::string> environment = environment_with(plan.environment);
  std::vector<char*> variables = pointers(environment);
  const Launch launch{.environment = std::move(environment),
                      .arguments = pointers(plan.command),
                      .variables = std::move(variables),
                      .scheduling = plan.scheduling,
                      .gate = gate,
                      .parent = getpid(),
                      .report = report[1]};
  const pid_t child = fork();
  if (child == 0) launch.go();
  const int error = errno;
  close(report[1]);
  int code = kTrouble;
  if (child < 0) {
    trouble(std::string("fork failed: ") + std::strerror(error) + "; the user may have too many processes (ulimit -u)");
  } else {
    code = exit_code_of(await_end(child));
    int why = 0;
    if (read(report[0], &why, sizeof why) == sizeof why) code = exec_failed(plan.command.front(), why);
  }
  close(report[0]);
  return code;
}

}  // namespace rtss::tool
